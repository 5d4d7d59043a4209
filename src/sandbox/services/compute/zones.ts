/** One region: the letters of its zones and the range of the `default` network's subnetwork in it. */
interface Region {
  zones: string;
  range: string;
}

// https://cloud.google.com/compute/docs/regions-zones and https://cloud.google.com/vpc/docs/subnets#ip-ranges
const table: Readonly<Record<string, Region>> = {
  'asia-east1': { zones: 'abc', range: '10.140.0.0/20' },
  'asia-northeast1': { zones: 'abc', range: '10.146.0.0/20' },
  'asia-northeast3': { zones: 'abc', range: '10.178.0.0/20' },
  'asia-south1': { zones: 'abc', range: '10.160.0.0/20' },
  'asia-southeast1': { zones: 'abc', range: '10.148.0.0/20' },
  'australia-southeast1': { zones: 'abc', range: '10.152.0.0/20' },
  'europe-north1': { zones: 'abc', range: '10.166.0.0/20' },
  'europe-west1': { zones: 'bcd', range: '10.132.0.0/20' },
  'europe-west2': { zones: 'abc', range: '10.154.0.0/20' },
  'europe-west3': { zones: 'abc', range: '10.156.0.0/20' },
  'europe-west4': { zones: 'abc', range: '10.164.0.0/20' },
  'me-west1': { zones: 'abc', range: '10.208.0.0/20' },
  'northamerica-northeast1': { zones: 'abc', range: '10.162.0.0/20' },
  'southamerica-east1': { zones: 'abc', range: '10.158.0.0/20' },
  'us-central1': { zones: 'abcf', range: '10.128.0.0/20' },
  'us-east1': { zones: 'bcd', range: '10.142.0.0/20' },
  'us-east4': { zones: 'abc', range: '10.150.0.0/20' },
  'us-east5': { zones: 'abc', range: '10.202.0.0/20' },
  'us-south1': { zones: 'abc', range: '10.206.0.0/20' },
  'us-west1': { zones: 'abc', range: '10.138.0.0/20' },
  'us-west2': { zones: 'abc', range: '10.168.0.0/20' },
  'us-west3': { zones: 'abc', range: '10.180.0.0/20' },
  'us-west4': { zones: 'abc', range: '10.182.0.0/20' },
};

/** Names of all regions, in order. */
export const regionNames: readonly string[] = Object.keys(table);

/** Names of all zones, in order. */
export const zoneNames: readonly string[] = regionNames.flatMap(zonesOf);

/** Names of the zones of `region`; empty for an unknown one. */
export function zonesOf(region: string): string[] {
  return Array.from(table[region]?.zones ?? '', (letter) => `${region}-${letter}`);
}

/** The range that networks in auto mode give to their subnetwork in `region`. */
export function autoRange(region: string): string {
  return table[region]?.range ?? '';
}

/** Tells whether there is such a zone or region: `zones/us-central1-a`, `regions/us-central1`, `global`. */
export function scopeExists(scope: string): boolean {
  const [kind, name = ''] = scope.split('/');
  if (kind === 'zones') return zoneNames.includes(name);
  return kind === 'regions' ? name in table : scope === 'global';
}
