import { natPrice, referenceRegion } from '../catalog/prices.ts';
import { hourly } from './hourly.ts';
import type { Materials, Model } from './materials.ts';
import { isElsewhere } from './price-book.ts';
import type { Price, PriceBook } from './price-book.ts';

/** One line of an estimate. Money is in USD. */
export interface CostLine {
  what: string;
  /** Machines, GPUs, addresses, or GB. */
  count: number;
  unit: 'machine' | 'GPU' | 'address' | 'GB';
  unitPrice: number;
  per: Price['per'];
  perHour: number;
  /** From Google's catalogue of today, or from the table of this program. */
  from: Price['from'];
  /** It is not gone with the machines. */
  stays?: true;
}

/** What a cluster costs, by list prices in USD. */
export interface Estimate {
  perHour: number;
  perDay: number;
  lines: readonly CostLine[];
  /** What no list price is known for; it is not in the sums. */
  unknown: readonly string[];
  /** Most that it can cost until Google deletes the machines, and what then stays by the hour. */
  limit?: { seconds: number; most: number; staysPerHour: number };
  /** What the machines, disks and shares that are there now have cost until now. */
  spent?: number;
  /** `list prices of 2026-09-17, us-central1` */
  source?: string;
  /** `estimate, list prices of …; discounts, network traffic and taxes are not in it`, for whoever shows the sums. */
  basis: string;
}

/** What no estimate has in it. */
export const notEstimated = 'discounts, network traffic and taxes';

const modelWords: Readonly<Record<Model, string>> = {
  standard: 'on demand',
  spot: 'spot',
  'flex-start': 'flex-start',
  reservation: 'reserved, at the price on demand',
};

interface Item {
  what: string;
  unit: CostLine['unit'];
  count: number;
  hours: number | undefined;
  price: Price | undefined;
  stays?: true;
}

/** Adds up what `materials` cost. `seconds` = after so long Google deletes the machines. */
export function estimateCosts(materials: Materials, book: PriceBook, seconds?: number): Estimate {
  const items = itemsOf(materials, book).filter(({ count, hours }) => count > 0 || hours);
  const priced = items.filter((item): item is Item & { price: Price } => item.price !== undefined);
  const lines = priced.filter(({ count }) => count > 0).map(lineOf);
  const perHour = sumOf(lines.map((line) => line.perHour));
  const source = sourceOf(priced, book);
  const known = priced.some(({ hours }) => hours !== undefined);
  return {
    perHour: cents(perHour),
    perDay: cents(perHour * 24),
    lines,
    unknown: [...new Set(items.filter(({ price }) => !price).map(({ what }) => what))],
    ...(seconds === undefined ? {} : { limit: limitOf(lines, perHour, seconds) }),
    ...(known ? { spent: cents(sumOf(priced.map(({ price, hours = 0 }) => hourly(price) * hours))) } : {}),
    ...(source === undefined ? {} : { source }),
    basis: `${source === undefined ? 'no list price is known' : `estimate, ${source}`}; ${notEstimated} are not in it`,
  };
}

function itemsOf(materials: Materials, book: PriceBook): Item[] {
  const { machines, disks, shares, addresses, natMachines } = materials;
  const { mostMachines } = natPrice;
  const behindNat = Math.min(natMachines.count, mostMachines);
  const share = natMachines.count > 0 ? behindNat / natMachines.count : 1;
  return [
    ...machines.flatMap(({ type, model, count, hours, gpu, localSsdGb }): Item[] => [
      { what: `${type}, ${modelWords[model]}`, unit: 'machine', count, hours, price: book.machine({ type, model }) },
      ...(gpu
        ? [
            {
              what: `${gpu.type}, ${modelWords[model]}`,
              unit: 'GPU' as const,
              ...times({ count, hours }, gpu.count),
              price: book.gpu(gpu.type, model),
            },
          ]
        : []),
      { what: 'local SSD', unit: 'GB', ...times({ count, hours }, localSsdGb), price: book.storage('local-ssd') },
    ]),
    ...disks.map(({ type, sizeGb, ...rest }): Item => ({
      what: `boot disks, ${type}`,
      unit: 'GB',
      ...times(rest, sizeGb),
      price: book.storage(type),
    })),
    ...shares.map(({ tier, sizeGb, ...rest }): Item => ({
      what: `Filestore ${tier}`,
      unit: 'GB',
      ...times(rest, sizeGb),
      price: book.share(tier),
      stays: true,
    })),
    { what: 'external addresses', unit: 'address', ...times(addresses, 1), price: book.address() },
    { what: 'Cloud NAT', unit: 'machine', ...times(natMachines, share), price: book.nat() },
    {
      what: 'address of Cloud NAT',
      unit: 'address',
      count: natMachines.count > 0 ? 1 : 0,
      hours: undefined,
      price: book.address(),
      stays: true,
    },
  ];
}

function times({ count, hours }: { count: number; hours?: number | undefined }, factor: number) {
  return { count: count * factor, hours: hours === undefined ? undefined : hours * factor };
}

function lineOf({ what, unit, count, price, stays }: Item & { price: Price }): CostLine {
  return {
    what: price.insteadOf ? `${what} (its price is not listed: that on demand is taken)` : what,
    count,
    unit,
    unitPrice: price.usd,
    per: price.per,
    perHour: cents(hourly(price) * count),
    from: price.from,
    ...(stays && { stays }),
  };
}

function limitOf(lines: readonly CostLine[], perHour: number, seconds: number): Estimate['limit'] {
  const staysPerHour = sumOf(lines.filter(({ stays }) => stays).map((line) => line.perHour));
  return { seconds, most: cents((perHour * seconds) / 3600), staysPerHour: cents(staysPerHour) };
}

/** Of which day and region the prices are, and what is from the table where the rest is of today; nothing without prices. */
function sourceOf(priced: readonly (Item & { price: Price })[], book: PriceBook): string | undefined {
  const live = priced.find(({ price }) => price.from === 'catalogue')?.price;
  const listed = priced.filter(({ price }) => price.from === 'table');
  const [oldest] = listed.map(({ price }) => price.asOf).toSorted();
  const elsewhere = listed.some(({ price }) => isElsewhere(book, price)) ? `, which may differ in ${book.region}` : '';
  const names = [...new Set(listed.map(({ what }) => what.replace(/, .*/, '')))].join(', ');
  if (!live) return oldest && `list prices of ${oldest}, ${referenceRegion}${elsewhere}`;
  const rest = oldest && `; for ${names} those of ${oldest}${elsewhere && `, ${referenceRegion}${elsewhere}`}`;
  return `Google's list prices of ${live.asOf}, ${book.region}${rest ?? ''}`;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** To a hundredth of a cent, so that sums read the same in every rendering. */
function cents(usd: number): number {
  return Math.round(usd * 10_000) / 10_000;
}
