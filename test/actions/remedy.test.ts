import { expect, it } from 'vitest';

import { remedyFor } from '../../src/actions/remedy.ts';

const rate =
  "Error creating Firewall: googleapi: Error 403: Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com', rateLimitExceeded";
const exists = "googleapi: Error 409: The resource 'projects/p/global/networks/n' already exists, alreadyExists";
const account = 'googleapi: Error 400: Service account demo-sa@p.iam.gserviceaccount.com does not exist., badRequest';
const own =
  'googleapi: Error 403: demo-sa@p.iam.gserviceaccount.com does not have storage.objects.get access, forbidden';
const off =
  'googleapi: Error 403: Compute Engine API has not been used in project 1 before or it is disabled., accessNotConfigured';
const permission =
  "googleapi: Error 403: Required 'compute.networks.create' permission for 'projects/p/global/networks/n', forbidden";
const quota = "Quota 'CPUS' exceeded.  Limit: 24.0 in region us-west1.";

const usual = { tries: 1, waited: 0, accounts: ['demo-sa'], enableApis: false };
function remedy(summaries: string[], changes: Partial<typeof usual> = {}) {
  const diagnostics = summaries.map((summary) => ({ severity: 'error' as const, summary, detail: '' }));
  return remedyFor({ diagnostics, ...usual, ...changes });
}

it.each([
  ['too many calls: a minute later, four at a time', [rate], {}, { pause: 60_000, parallelism: 4 }],
  ['what is there already: by taking it over', [exists], {}, { pause: 0, adopts: true }],
  ['an account that this run has made', [account], {}, { pause: 2_000 }],
  ['what such an account may not do yet', [own], { tries: 9 }, { pause: 30_000 }],
  ['an API that this run has switched on', [off], { enableApis: true }, { pause: 2_000 }],
])('asks again for %s', (_what, summaries, changes, wanted) => {
  expect(remedy(summaries, changes)).toMatchObject(wanted);
});

it.each([
  ['a permission', [permission], {}],
  ['a quota', [quota], {}],
  ['a quota beside what passes', [rate, quota], {}],
  ['an account of somebody else', [account], { accounts: [] }],
  ['an account that is not known after three minutes', [account], { waited: 180_000 }],
  ['an API that nobody has switched on', [off], {}],
  ['what was tried three times', [exists], { tries: 3 }],
  ['words that nobody knows', ['googleapi: Error 418: I am a teapot'], {}],
])('does not ask again for %s', (_what, summaries, changes) => {
  expect(remedy(summaries, changes)).toBeUndefined();
});
