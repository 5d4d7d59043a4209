import { createHash } from 'node:crypto';

/** One thing that is billed. */
interface Row {
  description: string;
  unit: 'h' | 'GiBy.h' | 'GiBy.mo';
  usd: number;
  usageType?: 'OnDemand' | 'Preemptible' | 'Commit1Yr';
  regions?: readonly string[];
  /** Units of each month that cost nothing. */
  free?: number;
}

// Where SKUs end in "running in Americas": https://cloud.google.com/skus/sku-groups/on-demand-n1-vms
const americas = ['us-central1', 'us-east1', 'us-west1'];

/**
 * A small part of Google's price catalogue, in Google's words, at the prices that src/catalog/prices.ts cites, among them
 * offers that are easily taken for the price on demand.
 */
const catalogue: Readonly<Record<string, readonly Row[]>> = {
  '6F81-5844-456A': [
    ...machine('A2', [0.031611, 0.004237]),
    ...machine('N1 Predefined', [0.031611, 0.004237], [0.01115, 0.001494]),
    ...machine('E2', [0.02181159, 0.00292353], [0.01309, 0.001754]),
    ...machine('N2', [0.031611, 0.004237], [0.01499, 0.00201]),
    ...machine('C3', [0.03465, 0.003938], [0.00849, 0.000965]),
    { description: 'E2 Custom Instance Core running in Americas', unit: 'h', usd: 0.02290217 },
    { description: 'Nvidia Tesla A100 GPU running in Americas', unit: 'h', usd: 2.933908 },
    { description: 'Nvidia Tesla A100 80GB GPU running in Americas', unit: 'h', usd: 3.92808 },
    { description: 'Reserved Nvidia Tesla A100 80GB GPU in Americas in Calendar Mode', unit: 'h', usd: 1.8462 },
    { description: 'Nvidia Tesla T4 GPU running in Americas', unit: 'h', usd: 0.35 },
    {
      description: 'Nvidia Tesla T4 GPU attached to Spot Preemptible VMs running in Americas',
      unit: 'h',
      usd: 0.1654,
      usageType: 'Preemptible',
    },
    {
      description: 'Commitment v1: A2 Core in Americas for 1 Year',
      unit: 'h',
      usd: 0.019915,
      usageType: 'Commit1Yr',
    },
    { description: 'SSD backed Local Storage', unit: 'GiBy.mo', usd: 0.08 },
    { description: 'Storage PD Capacity', unit: 'GiBy.mo', usd: 0.04, free: 30 },
    { description: 'Balanced PD Capacity', unit: 'GiBy.mo', usd: 0.1 },
    { description: 'SSD backed PD Capacity', unit: 'GiBy.mo', usd: 0.17 },
    { description: 'Hyperdisk Balanced Capacity in Iowa', unit: 'GiBy.mo', usd: 0.08, regions: ['us-central1'] },
    { description: 'External IP Charge on a Standard VM', unit: 'h', usd: 0.005, free: 744, regions: ['global'] },
  ],
  'D97E-AB26-5D95': [
    {
      description: 'Filestore Capacity Basic HDD (Standard) Frankfurt',
      unit: 'GiBy.mo',
      usd: 0.19,
      regions: ['europe-west3'],
    },
  ],
};

/** The SKUs of a service as Google lists them; `undefined` = there is no such service. */
export function skusOf(service: string): object[] | undefined {
  return catalogue[service]?.map((row) => {
    const skuId = idOf(row.description);
    return {
      name: `services/${service}/skus/${skuId}`,
      skuId,
      description: row.description,
      category: { usageType: row.usageType ?? 'OnDemand' },
      serviceRegions: row.regions ?? americas,
      pricingInfo: [{ pricingExpression: { usageUnit: row.unit, displayQuantity: 1, tieredRates: ratesOf(row) } }],
      serviceProviderName: 'Google',
    };
  });
}

function machine(
  series: string,
  [core, ram]: readonly [number, number],
  spot?: readonly [number, number],
): readonly Row[] {
  return [
    { description: `${series} Instance Core running in Americas`, unit: 'h', usd: core },
    { description: `${series} Instance Ram running in Americas`, unit: 'GiBy.h', usd: ram },
    ...(spot
      ? machine(series, spot).map((row): Row => ({
          ...row,
          description: `Spot Preemptible ${row.description}`,
          usageType: 'Preemptible',
        }))
      : []),
  ];
}

function ratesOf({ usd, free }: Row): object[] {
  const units = Math.floor(usd);
  const price = { currencyCode: 'USD', units: String(units), nanos: Math.round((usd - units) * 1e9) };
  const nothing = { startUsageAmount: 0, unitPrice: { currencyCode: 'USD', units: '0', nanos: 0 } };
  return [...(free === undefined ? [] : [nothing]), { startUsageAmount: free ?? 0, unitPrice: price }];
}

function idOf(description: string): string {
  const hash = createHash('sha256').update(description).digest('hex').toUpperCase();
  return [hash.slice(0, 4), hash.slice(4, 8), hash.slice(8, 12)].join('-');
}
