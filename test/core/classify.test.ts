import { expect, it } from 'vitest';

import { classify } from '../../src/core/classify.ts';

// Google's own texts.
it.each([
  ['stockout', 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS', ''],
  [
    'stockout',
    '',
    "The zone 'projects/p/zones/z' does not have enough resources available to fulfill the request. '(resource type:compute)'",
  ],
  ['stockout', '', "[GCE_STOCKOUT]: Instance 'x' creation failed"],
  ['quota', 'QUOTA_EXCEEDED', "Quota 'NVIDIA_A100_GPUS' exceeded. Limit: 8.0 in region us-central1."],
  ['quota', '', "Error: Quota 'GPUS_ALL_REGIONS' exceeded. Limit: 0.0 globally."],
  [
    'rate',
    '',
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com'",
  ],
  [
    'in-use',
    '',
    "The network resource 'projects/x/global/networks/n' is already being used by 'projects/x/global/firewalls/f'",
  ],
  ['exists', '', "googleapi: Error 409: The resource 'projects/p/global/networks/n' already exists, alreadyExists"],
  ['policy', '', 'Constraint constraints/compute.vmExternalIpAccess violated for project 1.'],
  [
    'permission',
    '',
    "googleapi: Error 403: Required 'compute.networks.create' permission for 'projects/p/global/networks/n'",
  ],
  ['credentials', '', 'oauth2: "invalid_grant" "reauth related error (invalid_rapt)"'],
  [undefined, 'SOMETHING_NEW', 'words nobody has seen before'],
] as const)('knows %s by %s %s', (kind, code, text) => {
  expect(classify(code, text)).toBe(kind);
});

it('believes the code where code and text disagree', () => {
  const text = 'does not have enough resources available to fulfill the request';

  expect(classify('QUOTA_EXCEEDED', text)).toBe('quota');
});
