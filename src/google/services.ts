import * as z from 'zod';

import type { GoogleHttp } from './http.ts';

const State = z.object({ name: z.string(), state: z.string().default('DISABLED') });

/** Of `apis` (`compute.googleapis.com` …), those that are switched off. At most 20 at a time, as the API allows.
 * https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet */
export async function disabledApis(http: GoogleHttp, project: string, apis: readonly string[]): Promise<string[]> {
  const names = apis.map((api) => `names=${encodeURIComponent(`projects/${project}/services/${api}`)}`).join('&');
  const { services } = await http.call(
    { method: 'GET', service: 'serviceusage', path: `/v1/projects/${project}/services:batchGet?${names}` },
    z.object({ services: z.array(State).default([]) }),
  );
  const enabled = new Set(services.filter(({ state }) => state === 'ENABLED').map(({ name }) => lastPart(name)));
  return apis.filter((api) => !enabled.has(api));
}

/** Starts to switch `apis` on. https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable */
export async function enableApis(http: GoogleHttp, project: string, apis: readonly string[]): Promise<void> {
  await http.call(
    {
      method: 'POST',
      service: 'serviceusage',
      path: `/v1/projects/${project}/services:batchEnable`,
      body: { serviceIds: apis },
    },
    z.looseObject({}),
  );
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
