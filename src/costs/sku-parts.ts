import type { Sku } from '../google/price-list.ts';
import type { LivePrices } from './price-book.ts';
import { seriesNames } from './machine-parts.ts';

/** Prices in USD by region and part. */
type PartPrices = Map<string, LivePrices['parts']>;

interface Pattern {
  /** Google's description from its first to its last character. Its end is a place ("running in Americas"). */
  description: RegExp;
  part: string;
  unit: 'h' | 'GiBy.h' | 'GiBy.mo';
  spot: boolean;
}

// Google's names for GPUs. "Plus" and "Mega" are one GPU; which word is used differs by the region.
const gpuNames: Readonly<Record<string, string>> = {
  'nvidia-tesla-t4': 'Nvidia Tesla T4 GPU',
  'nvidia-tesla-v100': 'Nvidia Tesla V100 GPU',
  'nvidia-tesla-p100': 'Nvidia Tesla P100 GPU',
  'nvidia-tesla-p4': 'Nvidia Tesla P4 GPU',
  'nvidia-l4': 'Nvidia L4 GPU',
  'nvidia-tesla-a100': 'Nvidia Tesla A100 GPU',
  'nvidia-a100-80gb': 'Nvidia Tesla A100 80GB GPU',
  'nvidia-h100-80gb': 'Nvidia H100 80GB GPU',
  'nvidia-h100-mega-80gb': 'Nvidia H100 80GB (?:Plus|Mega) GPU',
};
const diskNames: Readonly<Record<string, string>> = {
  'pd-standard': 'Storage PD Capacity',
  'pd-balanced': 'Balanced PD Capacity',
  'pd-ssd': 'SSD backed PD Capacity',
  'hyperdisk-balanced': 'Hyperdisk Balanced Capacity',
};
const shareNames: Readonly<Record<string, string>> = {
  BASIC_HDD: 'Filestore Capacity Basic HDD \\(Standard\\)',
  BASIC_SSD: 'Filestore Capacity Basic SSD \\(Premium\\)',
  ZONAL: 'Filestore Capacity Zonal and High Scale',
  HIGH_SCALE_SSD: 'Filestore Capacity Zonal and High Scale',
  REGIONAL: 'Filestore Capacity Regional and Enterprise',
  ENTERPRISE: 'Filestore Capacity Regional and Enterprise',
};

const patterns: readonly Pattern[] = [
  ...seriesNames.flatMap((name) =>
    [false, true].flatMap((spot): Pattern[] => [
      {
        description: whole(`${spot ? 'Spot Preemptible ' : ''}${name} Instance Core running in .+`),
        part: `vcpu ${name}`,
        unit: 'h',
        spot,
      },
      {
        description: whole(`${spot ? 'Spot Preemptible ' : ''}${name} Instance Ram running in .+`),
        part: `memory ${name}`,
        unit: 'GiBy.h',
        spot,
      },
    ]),
  ),
  ...Object.entries(gpuNames).flatMap(([type, name]): Pattern[] => [
    { description: whole(`${name} running in .+`), part: `gpu ${type}`, unit: 'h', spot: false },
    {
      description: whole(`${name} attached to Spot Preemptible VMs running in .+`),
      part: `gpu ${type}`,
      unit: 'h',
      spot: true,
    },
  ]),
  { description: whole('SSD backed Local Storage( in .+)?'), part: 'disk local-ssd', unit: 'GiBy.mo', spot: false },
  {
    description: whole('SSD backed Local Storage attached to Spot Preemptible VMs( in .+)?'),
    part: 'disk local-ssd',
    unit: 'GiBy.mo',
    spot: true,
  },
  ...Object.entries(diskNames).map(([type, name]): Pattern => ({
    description: whole(`${name}( in .+)?`),
    part: `disk ${type}`,
    unit: 'GiBy.mo',
    spot: false,
  })),
  ...Object.entries(shareNames).map(([tier, name]): Pattern => ({
    description: whole(`${name} .+`),
    part: `filestore ${tier}`,
    unit: 'GiBy.mo',
    spot: false,
  })),
  { description: whole('External IP Charge on a Standard VM'), part: 'address', unit: 'h', spot: false },
];

// Sold as "OnDemand" too, at other prices: reservations for a time, DWS, custom shapes, sole tenants, commitments.
const otherOffers =
  /calendar|dws|defined duration|reserved|custom|sole tenancy|commitment|premium for|confidential|regional/i;

/**
 * Collects the prices of our parts. A SKU is one of ours only when its whole description, its unit and its usage type say
 * so; where two of them name different prices for one part of a region, that part has none: nothing is guessed.
 */
export function collectParts(): { add(skus: readonly Sku[]): void; prices(): PartPrices } {
  const seen = new Map<string, Set<number>>();
  return {
    add(skus) {
      for (const sku of skus) {
        const usd = priceOf(sku);
        if (usd === undefined || (otherOffers.test(sku.description) && !sku.description.startsWith('Filestore')))
          continue;
        for (const { part, spot } of patterns.filter((pattern) => fits(pattern, sku))) {
          for (const region of sku.serviceRegions) {
            const key = [region, part, spot ? 'spot' : 'onDemand'].join('\t');
            seen.set(key, (seen.get(key) ?? new Set()).add(usd));
          }
        }
      }
    },
    prices() {
      const byRegion: Map<string, Record<string, { onDemand?: number; spot?: number }>> = new Map();
      for (const [key, prices] of seen) {
        const [region = '', part = '', model = ''] = key.split('\t');
        if (prices.size !== 1) continue;
        const parts = byRegion.get(region) ?? {};
        parts[part] = { ...parts[part], [model]: [...prices][0] };
        byRegion.set(region, parts);
      }
      return byRegion;
    },
  };
}

function fits({ description, unit, spot }: Pattern, sku: Sku): boolean {
  const [info] = sku.pricingInfo;
  return (
    sku.category.usageType === (spot ? 'Preemptible' : 'OnDemand') &&
    info?.pricingExpression.usageUnit === unit &&
    description.test(sku.description)
  );
}

/** The price beyond what is free at first; none where it has further steps, or is in another currency. */
function priceOf({ pricingInfo: [info] }: Sku): number | undefined {
  const rates = (info?.pricingExpression.tieredRates ?? []).map(({ unitPrice }) => unitPrice);
  if (rates.some(({ currencyCode }) => currencyCode !== 'USD')) return undefined;
  const prices = new Set(rates.map(({ units, nanos }) => (units * 1e9 + nanos) / 1e9).filter((usd) => usd > 0));
  return prices.size === 1 ? [...prices][0] : undefined;
}

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`);
}
