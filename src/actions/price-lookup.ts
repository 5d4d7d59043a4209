import { join } from 'node:path';

import { lookUpPrices } from '../costs/live-prices.ts';
import type { PriceLookup } from '../costs/live-prices.ts';
import { workDirectoryBase } from '../terraform/work-directory.ts';
import type { Session } from './session.ts';

/** The longest that a report waits for Google's prices (milliseconds); without them there is the table. */
export const pricePatience = 2_000;

/** Begins to read Google's prices of today; they are kept in WORK_DIR, for all deployments. */
export function beginPriceLookup({ run, cloud, http }: Session): PriceLookup {
  return lookUpPrices({
    http,
    endpoint: cloud.endpoints.cloudbilling,
    file: join(workDirectoryBase(run.options, run.environment), 'prices.json'),
    clock: run.clock,
  });
}
