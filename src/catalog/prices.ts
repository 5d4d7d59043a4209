/** The region that every price of this table is for. */
export const referenceRegion = 'us-central1';

/** Hours of a month, as Google counts them where it bills by the month: https://cloud.google.com/compute/disks-image-pricing */
export const hoursPerMonth = 730;

interface PriceSource {
  where: string;
  /** Day of the source; for a page that shows none, the day on which a stored copy of it was read. */
  asOf: string;
}

/** Where the prices were read. None of them is ours: what no source says is not in the table. */
export const priceSources = {
  ACC: {
    where:
      "Google's price page https://cloud.google.com/products/compute/pricing/accelerator-optimized, Iowa, as quoted in public notes",
    asOf: '2026-09-17',
  },
  CPC: {
    where:
      'SKUs of the Cloud Billing Catalog, added up by gcloud-compute.com, in https://github.com/cloudpilot-ai/karpenter-provider-gcp at 373e2ba, pkg/providers/pricing/initial-prices.json',
    asOf: '2026-08-03',
  },
  SKY: {
    where:
      "SKUs of the Cloud Billing Catalog, fetched in SkyPilot's form, in https://github.com/anycloud-sh/catalog at 62ff0a9, gcp/vms.csv",
    asOf: '2026-05-20',
  },
  DISK: {
    where: "Google's price page https://cloud.google.com/compute/disks-image-pricing, Iowa",
    asOf: '2026-11-22',
  },
  ADDR: {
    where: "Google's price page https://cloud.google.com/vpc/network-pricing, as quoted in public notes",
    asOf: '2026-10-01',
  },
  NAT: { where: "Google's price page https://cloud.google.com/nat/pricing", asOf: '2026-11-22' },
} as const satisfies Record<string, PriceSource>;

/** One list price in USD, with the key of its source. */
export interface ListPrice {
  usd: number;
  source: keyof typeof priceSources;
}

/** List prices of one thing. What is left out has no list price, or none that sources agree on. */
export interface ListPrices {
  onDemand?: ListPrice;
  /** Moves with demand: of the day of its source only. */
  spot?: ListPrice;
  flexStart?: ListPrice;
}

/** Whole machines with GPUs, bundled local SSD among it, by the hour. */
export const machinePrices: Readonly<Record<string, ListPrices>> = {
  'a2-highgpu-1g': both('CPC', 3.673385, 1.92802),
  'a2-highgpu-2g': both('CPC', 7.34677, 3.85604),
  'a2-highgpu-4g': both('CPC', 14.69354, 7.71208),
  'a2-highgpu-8g': both('CPC', 29.38708, 15.42416),
  'a2-megagpu-16g': both('CPC', 55.739504, 29.25568),
  'a2-ultragpu-1g': both('CPC', 5.068798, 2.759546),
  'a2-ultragpu-2g': both('CPC', 10.137596, 5.519093),
  'a2-ultragpu-4g': both('CPC', 20.275192, 11.038185),
  'a2-ultragpu-8g': both('CPC', 40.550383, 22.07637),
  'a3-highgpu-1g': both('CPC', 11.06125, 6.326193),
  'a3-highgpu-2g': both('CPC', 22.1225, 12.652385),
  'a3-highgpu-4g': both('CPC', 44.245, 25.30477),
  'a3-highgpu-8g': both('CPC', 88.49, 50.609541),
  'a3-megagpu-8g': both('ACC', 93.400713, 55.894489),
  'a3-ultragpu-8g': both('ACC', 84.806908, 50.874449),
  // The page says N/A for on demand.
  'a4-highgpu-8g': { spot: { usd: 39.6336, source: 'ACC' }, flexStart: { usd: 64.44, source: 'ACC' } },
  'g2-standard-4': both('CPC', 0.706832, 0.397336),
  'g2-standard-8': both('CPC', 0.853624, 0.479872),
  'g2-standard-12': both('CPC', 1.000416, 0.562408),
  'g2-standard-16': both('CPC', 1.147208, 0.644944),
  'g2-standard-24': both('CPC', 2.000833, 1.124816),
  'g2-standard-32': both('CPC', 1.734376, 0.975088),
  'g2-standard-48': both('CPC', 4.001665, 2.249632),
  'g2-standard-96': both('CPC', 8.00333, 4.499264),
  'g4-standard-48': both('CPC', 4.49993, 1.79982),
  'g4-standard-96': both('CPC', 8.99986, 3.59964),
  'g4-standard-192': both('CPC', 17.99972, 7.19928),
  'g4-standard-384': both('CPC', 35.99944, 14.39856),
};

/** Machines without GPUs, by the hour: each vCPU and each GB of memory of a series. */
export const seriesPrices: Readonly<Record<string, { vcpu: ListPrices; memory: ListPrices }>> = {
  n1: { vcpu: both('CPC', 0.031611, 0.01115), memory: both('CPC', 0.004237, 0.001494) },
  e2: { vcpu: both('CPC', 0.02181159, 0.01309), memory: both('CPC', 0.00292353, 0.001754) },
  n2: { vcpu: both('CPC', 0.031611, 0.01499), memory: both('CPC', 0.004237, 0.00201) },
  c3: { vcpu: both('CPC', 0.03465, 0.00849), memory: both('CPC', 0.003938, 0.000965) },
};

/** GPUs that are attached to n1 machines, by the hour. */
export const gpuPrices: Readonly<Record<string, ListPrices>> = {
  'nvidia-tesla-t4': both('SKY', 0.35, 0.1654),
  'nvidia-tesla-v100': both('SKY', 2.48, 1.24),
  'nvidia-tesla-p100': both('SKY', 1.46, 0.6935),
  'nvidia-tesla-p4': both('SKY', 0.6, 0.2002),
};

/** Disks and local SSD, each GB by the month. A hyperdisk is billed for provisioned performance as well. */
export const storagePrices: Readonly<Record<string, ListPrice>> = {
  'pd-standard': { usd: 0.04, source: 'DISK' },
  'pd-balanced': { usd: 0.1, source: 'DISK' },
  'pd-ssd': { usd: 0.17, source: 'DISK' },
  'hyperdisk-balanced': { usd: 0.08, source: 'DISK' },
  'local-ssd': { usd: 0.08, source: 'DISK' },
};

/** An external IPv4 address in use, by the hour. */
export const addressPrice: ListPrice = { usd: 0.005, source: 'ADDR' };

/** Cloud NAT, by the hour: for each machine behind it, but for 32 of them at most. */
export const natPrice: ListPrice & { mostMachines: number } = { usd: 0.0014, source: 'NAT', mostMachines: 32 };

function both(source: ListPrice['source'], onDemand: number, spot: number): ListPrices {
  return { onDemand: { usd: onDemand, source }, spot: { usd: spot, source } };
}
