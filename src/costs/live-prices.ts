import { readFile } from 'node:fs/promises';

import * as z from 'zod';

import type { Clock } from '../core/clock.ts';
import type { GoogleHttp } from '../google/http.ts';
import { listSkus, pricedServices } from '../google/price-list.ts';
import { writeAtomically } from '../terraform/atomic-file.ts';
import type { LivePrices } from './price-book.ts';
import { collectParts } from './sku-parts.ts';

// Prices are kept for a day (milliseconds).
const freshFor = 24 * 3600 * 1000;

const Parts = z.record(
  z.string(),
  z.object({ onDemand: z.number().positive().optional(), spot: z.number().positive().optional() }),
);
const Kept = z.object({ endpoint: z.string(), at: z.number(), regions: z.record(z.string(), Parts) });

/** What a look-up needs to know. */
interface Place {
  http: GoogleHttp;
  /** Base URL of the Cloud Billing API: prices of one cloud are not those of another. */
  endpoint: string;
  /** File in which the prices are kept for a day. */
  file: string;
  clock: Clock;
}

/** Google's prices of today, being fetched while other work is done. */
export interface PriceLookup extends AsyncDisposable {
  /** The prices in `region` when they are there within `ms` from now; then the look-up ends. */
  within(ms: number, region: string): Promise<LivePrices | undefined>;
}

/**
 * Begins to read Google's price catalogue. It never fails: whoever may not read it, or is not patient enough, gets
 * nothing, and the table of list prices is used.
 */
export function lookUpPrices(place: Place): PriceLookup {
  const enough = new AbortController();
  const found = read(place, enough.signal).catch(() => undefined);
  return {
    async within(ms, region) {
      const over = new AbortController();
      const late = place.clock.sleep(ms, over.signal).catch(() => {});
      const kept = await Promise.race([found, late]);
      over.abort();
      enough.abort();
      if (!kept) return undefined;
      // What is billed everywhere alike is listed as `global`.
      const parts = { ...kept.regions['global'], ...kept.regions[region] };
      return { region, asOf: new Date(kept.at).toISOString().slice(0, 10), parts };
    },
    // What was read is kept before the process may end.
    async [Symbol.asyncDispose]() {
      enough.abort();
      await found;
    },
  };
}

async function read(place: Place, signal: AbortSignal): Promise<z.output<typeof Kept>> {
  const { endpoint, file, clock } = place;
  const kept = await readKept(file);
  const age = clock.now() - (kept?.at ?? 0);
  if (kept?.endpoint === endpoint && age >= 0 && age < freshFor) return kept;
  const parts = collectParts();
  const collect = async (service: string): Promise<void> => {
    for await (const page of listSkus(place.http, service, signal)) parts.add(page);
  };
  // Shares are the smaller part of most clusters: without their prices those of the machines are still good.
  await Promise.all([collect(pricedServices.compute), collect(pricedServices.filestore).catch(() => {})]);
  const fresh = { endpoint, at: clock.now(), regions: Object.fromEntries(parts.prices()) };
  // Without a place to keep them they are fetched again the next time.
  await writeAtomically(file, JSON.stringify(fresh)).catch(() => {});
  return fresh;
}

async function readKept(file: string): Promise<z.output<typeof Kept> | undefined> {
  try {
    return Kept.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
