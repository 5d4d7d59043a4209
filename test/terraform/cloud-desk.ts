import { onTestFinished } from 'vitest';

import type { Cloud } from '../../src/google/cloud.ts';
import { googleEndpoints } from '../../src/google/endpoints.ts';
import type { Service } from '../../src/google/endpoints.ts';
import { googleHttp } from '../../src/google/http.ts';
import type { GoogleHttp } from '../../src/google/http.ts';
import { createFaultPlan } from '../../src/sandbox/fault-plan.ts';
import type { FaultPlan } from '../../src/sandbox/fault-plan.ts';
import { services } from '../../src/sandbox/registry.ts';
import { startServer } from '../../src/sandbox/server.ts';
import { defineService } from '../../src/sandbox/service.ts';
import type { Store } from '../../src/sandbox/service.ts';
import { projectOf } from '../../src/sandbox/services/projects.ts';
import { createStore } from '../../src/sandbox/store.ts';
import { issueToken, operator } from '../../src/sandbox/tokens.ts';
import { insertBucket } from '../../src/google/storage.ts';

/** A cloud of its own for one test, with a bucket `state` in the project `demo-project`. */
export interface CloudDesk {
  cloud: Cloud;
  http: GoogleHttp;
  faults: FaultPlan;
  store: Store;
  project: string;
  projectNumber: string;
  /** From now on (the next `times` times) a request to Cloud Storage that matches is answered so. */
  refuse: (match: { method: string; path?: string }, answer: Refusal, times?: number) => void;
}

/** An answer of Google's that is no. */
export interface Refusal {
  status: number;
  reason?: string;
  message?: string;
  when?: 'before' | 'after';
}

// What it takes to know a project's number, for as long as the sandbox serves no Resource Manager of its own.
const projects = defineService({
  host: 'cloudresourcemanager.googleapis.com',
  mount: '/cloudresourcemanager.googleapis.com',
  notModelled: [],
  routes: { 'GET /v1/projects/{project}': ({ params, store, now }) => projectOf(store, params.project ?? '', now) },
});

/** Starts the sandbox's Cloud Storage; it ends with the test. */
export async function openCloud(): Promise<CloudDesk> {
  const store = createStore(() => Date.now());
  const faults = createFaultPlan();
  const served = services.some(({ host }) => host === projects.host) ? services : [...services, projects];
  const server = await startServer({ store, services: served, faults });
  onTestFinished(() => server.close());
  const mounts: Partial<Record<Service, string>> = { compute: '', storage: '' };
  const endpoints = Object.fromEntries(
    Object.entries(googleEndpoints).map(([service, url]) => [
      service,
      server.url + (mounts[service as Service] ?? `/${new URL(url).host}`),
    ]),
  ) as Record<Service, string>;
  const cloud: Cloud = {
    endpoints,
    tokens: {
      token: () => Promise.resolve(issueToken(store, operator, Date.now())),
      describe: () => Promise.resolve('the operator of the sandbox'),
    },
    terraformEnvironment: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const http = googleHttp(cloud);
  const project = 'demo-project';
  const { projectNumber } = projectOf(store, project, Date.now());
  await insertBucket(http, project, { name: 'state', location: 'us-central1', versioning: { enabled: true } });
  const refuse: CloudDesk['refuse'] = (match, answer, times) => {
    // eslint-disable-next-line unicorn/no-thenable -- a word of the sandbox's fault rules, never a function
    faults.add([{ match: { service: 'storage', ...match }, then: answer, ...(times === undefined ? {} : { times }) }]);
  };
  return { cloud, http, faults, store, project, projectNumber, refuse };
}
