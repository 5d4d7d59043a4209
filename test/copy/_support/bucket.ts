import { onTestFinished } from 'vitest';

import { googleHttp } from '../../../src/google/http.ts';
import type { Cloud } from '../../../src/google/cloud.ts';
import { insertBucket, listObjects } from '../../../src/google/storage.ts';
import type { StoredObject } from '../../../src/google/storage.ts';
import { sandboxEndpoints } from '../../../src/sandbox/endpoints.ts';
import { createFaultPlan } from '../../../src/sandbox/fault-plan.ts';
import type { FaultPlan } from '../../../src/sandbox/fault-plan.ts';
import { startServer } from '../../../src/sandbox/server.ts';
import { storage } from '../../../src/sandbox/services/storage.ts';
import { createStore } from '../../../src/sandbox/store.ts';
import { issueToken, operator } from '../../../src/sandbox/tokens.ts';

/** An empty bucket of a sandbox, for one test. */
export interface TestBucket {
  cloud: Cloud;
  bucket: string;
  faults: FaultPlan;
  objects(prefix?: string): Promise<StoredObject[]>;
  download(object: string): Promise<Buffer>;
  /** How many requests to store an object have come so far. */
  uploads(): number;
}

/** Starts a sandbox with a bucket; both are gone when the test has ended. */
export async function openBucket(): Promise<TestBucket> {
  const bucket = 'test-bucket';
  // eslint-disable-next-line unicorn/no-thenable -- a word of the sandbox's fault rules, never a function
  const faults = createFaultPlan([{ match: { path: '^/upload/' }, then: { delay: 0 } }]);
  const store = createStore(Date.now);
  const server = await startServer({ store, faults, services: [storage] });
  onTestFinished(() => server.close());
  const token = issueToken(store, operator, Date.now());
  const cloud: Cloud = {
    endpoints: sandboxEndpoints(server.url),
    tokens: { token: () => Promise.resolve(token), describe: () => Promise.resolve('a test') },
    terraformEnvironment: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const http = googleHttp(cloud);
  await insertBucket(http, 'test-project', { name: bucket, location: 'US' });
  return {
    cloud,
    bucket,
    faults,
    objects: (prefix = '') => listObjects(http, bucket, { prefix }),
    async download(object) {
      const url = `${server.url}/storage/v1/b/${bucket}/o/${encodeURIComponent(object)}?alt=media`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`${object}: ${response.status} ${await response.text()}`);
      return Buffer.from(await response.arrayBuffer());
    },
    uploads: () => faults.list()[0]?.matched ?? 0,
  };
}
