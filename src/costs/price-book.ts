import { machineType } from '../catalog/machine-types.ts';
import {
  addressPrice,
  gpuPrices,
  machinePrices,
  natPrice,
  priceSources,
  referenceRegion,
  seriesPrices,
  storagePrices,
} from '../catalog/prices.ts';
import type { ListPrice, ListPrices } from '../catalog/prices.ts';
import type { MachineUse, Model } from './materials.ts';
import { hourly } from './hourly.ts';
import { machineParts } from './machine-parts.ts';

/** A price in USD, from the table of this program or from Google's catalogue of today. */
export interface Price {
  usd: number;
  per: 'hour' | 'month';
  from: 'table' | 'catalogue';
  /** `YYYY-MM-DD` */
  asOf: string;
  /** It is for another model: flex-start has few list prices of its own. */
  insteadOf?: Model;
}

/** Prices of parts (`vcpu A2`, `disk pd-ssd`) in one region, from Google's catalogue. */
export interface LivePrices {
  region: string;
  /** `YYYY-MM-DD` */
  asOf: string;
  parts: Readonly<Record<string, { onDemand?: number; spot?: number }>>;
}

/** Where prices are looked up: Google's catalogue first, where it was reached and is clear, then the table. */
export interface PriceBook {
  /** Region of the cluster; prices of the table are for the reference region all the same. */
  region: string;
  /** One machine with all that its type brings along; not with GPUs that are attached to it. */
  machine(use: Pick<MachineUse, 'type' | 'model'>): Price | undefined;
  gpu(type: string, model: Model): Price | undefined;
  /** One GB of a disk of this type, or of `local-ssd`. */
  storage(type: string): Price | undefined;
  /** One GB of a Filestore share. */
  share(tier: string): Price | undefined;
  address(): Price;
  /** Cloud NAT, for each machine. */
  nat(): Price;
}

/** Opens the book for `region`; without `live` there is only the table. */
export function openPriceBook(region: string, live?: LivePrices): PriceBook {
  const table = (price: ListPrice | undefined, per: Price['per'] = 'hour'): Price | undefined =>
    price && { usd: price.usd, per, from: 'table', asOf: priceSources[price.source].asOf };
  const fromTable = (prices: ListPrices | undefined, model: Model): Price | undefined => {
    if (model === 'spot') return table(prices?.spot);
    if (model !== 'flex-start') return table(prices?.onDemand);
    const instead = table(prices?.onDemand);
    return table(prices?.flexStart) ?? (instead && { ...instead, insteadOf: model });
  };
  const fromCatalogue = (part: string, model: Model, per: Price['per'] = 'hour'): Price | undefined => {
    // What Google calls on demand in flex-start is another SKU, which has no name that could be trusted.
    const usd = model === 'flex-start' ? undefined : live?.parts[part]?.[model === 'spot' ? 'spot' : 'onDemand'];
    return usd === undefined || !live ? undefined : { usd, per, from: 'catalogue', asOf: live.asOf };
  };
  return {
    region,
    machine({ type, model }) {
      const machine = machineType(type);
      if (!machine) return undefined;
      const parts = machineParts(machine);
      const live = parts && sum(parts.map(({ part, count, per }) => [fromCatalogue(part, model, per), count]));
      if (live) return live;
      const whole = fromTable(machinePrices[type], model);
      const series = seriesPrices[type.split('-')[0] ?? ''];
      if (whole || !series || machine.vcpus === null || machine.memoryGb === null) return whole;
      return sum([
        [fromTable(series.vcpu, model), machine.vcpus],
        [fromTable(series.memory, model), machine.memoryGb],
      ]);
    },
    gpu: (type, model) => fromCatalogue(`gpu ${type}`, model) ?? fromTable(gpuPrices[type], model),
    storage: (type) => fromCatalogue(`disk ${type}`, 'standard', 'month') ?? table(storagePrices[type], 'month'),
    share: (tier) => fromCatalogue(`filestore ${tier}`, 'standard', 'month'),
    address: () => fromCatalogue('address', 'standard') ?? (table(addressPrice) as Price),
    nat: () => table(natPrice) as Price,
  };
}

/** Tells whether the book has to fall back on prices of another region. */
export function isElsewhere({ region }: PriceBook, { from }: Price): boolean {
  return from === 'table' && region !== referenceRegion;
}

/** The price of a whole by the hour from its parts; none where a part has none. */
function sum(parts: readonly (readonly [Price | undefined, number])[]): Price | undefined {
  let whole: Price | undefined;
  for (const [price, count] of parts) {
    if (!price) return undefined;
    const usd = (whole?.usd ?? 0) + hourly(price) * count;
    whole = { ...price, usd, per: 'hour', asOf: whole && whole.asOf < price.asOf ? whole.asOf : price.asOf };
  }
  return whole;
}
