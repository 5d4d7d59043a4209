import * as z from 'zod';

import type { GoogleHttp } from './http.ts';

const Dashboard = z.object({
  name: z.string(),
  displayName: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
});

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards/list */
export async function listDashboards(http: GoogleHttp, project: string): Promise<z.output<typeof Dashboard>[]> {
  const dashboards: z.output<typeof Dashboard>[] = [];
  const reply = z.object({ dashboards: z.array(Dashboard).default([]), nextPageToken: z.string().optional() });
  const path = `/v1/projects/${project}/dashboards`;
  for await (const page of http.pages({ method: 'GET', service: 'monitoring', path }, reply)) {
    dashboards.push(...page.dashboards);
  }
  return dashboards;
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards/delete */
export async function deleteDashboard(http: GoogleHttp, name: string): Promise<void> {
  await http.call({ method: 'DELETE', service: 'monitoring', path: `/v1/${name}` }, z.unknown());
}
