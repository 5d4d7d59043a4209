import * as z from 'zod';

import type { GoogleHttp } from './http.ts';

const Account = z.object({
  name: z.string(),
  email: z.string(),
  description: z.string().default(''),
  displayName: z.string().default(''),
});

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/list */
export async function listServiceAccounts(http: GoogleHttp, project: string): Promise<z.output<typeof Account>[]> {
  const accounts: z.output<typeof Account>[] = [];
  const reply = z.object({ accounts: z.array(Account).default([]), nextPageToken: z.string().optional() });
  const path = `/v1/projects/${project}/serviceAccounts`;
  for await (const page of http.pages({ method: 'GET', service: 'iam', path, query: { pageSize: 100 } }, reply)) {
    accounts.push(...page.accounts);
  }
  return accounts;
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/delete */
export async function deleteServiceAccount(http: GoogleHttp, name: string): Promise<void> {
  await http.call({ method: 'DELETE', service: 'iam', path: `/v1/${name}` }, z.unknown());
}
