import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { machineType } from '../../src/catalog/machine-types.ts';
import { machinePrices } from '../../src/catalog/prices.ts';
import { wallClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import { lookUpPrices } from '../../src/costs/live-prices.ts';
import { openPriceBook } from '../../src/costs/price-book.ts';
import { googleHttp } from '../../src/google/http.ts';
import { openCloud } from '../terraform/cloud-desk.ts';

const patience = 10_000;

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-provision-prices-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'prices.json');
}

describe("Google's price catalogue, as the sandbox serves it", () => {
  it('gives the machines of the table the prices that the table has', async () => {
    const { cloud, http } = await openCloud();
    await using lookup = lookUpPrices({
      http,
      endpoint: cloud.endpoints.cloudbilling,
      file: temporaryFile(),
      clock: wallClock,
    });

    const live = await lookup.within(patience, 'us-central1');
    const book = openPriceBook('us-central1', live);

    for (const type of ['a2-highgpu-1g', 'a2-ultragpu-8g', 'a2-megagpu-16g']) {
      const price = book.machine({ type, model: 'standard' });
      expect(price?.from, type).toBe('catalogue');
      expect(price?.usd, type).toBeCloseTo(machinePrices[type]?.onDemand?.usd ?? 0, 5);
    }
    expect(book.machine({ type: 'n1-standard-4', model: 'spot' })?.usd).toBeCloseTo(0.06701, 6);
    expect(book.machine({ type: 'a2-highgpu-1g', model: 'spot' })?.from).toBe('table');
    expect(book.address()).toMatchObject({ usd: 0.005, from: 'catalogue' });
    expect(machineType('a3-highgpu-8g') && book.machine({ type: 'a3-highgpu-8g', model: 'standard' })?.from).toBe(
      'table',
    );
  });

  it('has the price of a Filestore share where the catalogue has one', async () => {
    const { cloud, http } = await openCloud();
    await using lookup = lookUpPrices({
      http,
      endpoint: cloud.endpoints.cloudbilling,
      file: temporaryFile(),
      clock: wallClock,
    });

    const live = await lookup.within(patience, 'europe-west3');

    expect(openPriceBook('europe-west3', live).share('BASIC_HDD')).toMatchObject({ usd: 0.19, per: 'month' });
  });

  it('is asked once a day, and again for another cloud', async () => {
    const { cloud, http, faults } = await openCloud();
    const file = temporaryFile();
    const later: Clock = { ...wallClock, now: () => wallClock.now() + 25 * 3600 * 1000 };
    const ask = async (endpoint: string, clock: Clock) => {
      await using lookup = lookUpPrices({ http, endpoint, file, clock });
      return await lookup.within(patience, 'us-central1');
    };
    const first = await ask(cloud.endpoints.cloudbilling, wallClock);
    // eslint-disable-next-line unicorn/no-thenable -- a word of the file format
    faults.replace([{ match: { path: '/v1/services/' }, then: { status: 403 } }]);

    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ endpoint: cloud.endpoints.cloudbilling });
    expect(await ask(cloud.endpoints.cloudbilling, wallClock)).toEqual(first);
    expect(await ask('https://cloudbilling.googleapis.com', wallClock)).toBeUndefined();
    expect(await ask(cloud.endpoints.cloudbilling, later)).toBeUndefined();
  });

  it('is not waited for longer than was said', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { cloud } = await openCloud();
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const http = googleHttp({ ...cloud, endpoints: { ...cloud.endpoints, cloudbilling: endpoint } });
    const started = performance.now();

    await using lookup = lookUpPrices({ http, endpoint, file: temporaryFile(), clock: wallClock });
    const live = await lookup.within(100, 'us-central1');

    expect(live).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
