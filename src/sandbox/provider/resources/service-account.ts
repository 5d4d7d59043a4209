import { matches } from '../checks.ts';
import { replacing } from '../field.ts';
import { restResource } from '../rest-resource.ts';
import { textOf, unknown } from '../value.ts';
import type { ObjectValue } from '../value.ts';

const id = 'projects/{project}/serviceAccounts/{email}';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/google_service_account */
export const serviceAccount = restResource({
  type: 'google_service_account',
  label: 'service account',
  readLabel: 'Service Account "{id}"',
  service: 'iam',
  collection: '/v1/projects/{project}/serviceAccounts',
  self: `/v1/${id}`,
  id,
  importIds: [id, '{project}/{email}', '{email}'],
  minutes: 5,
  words: { deleting: 'Error deleting service account', updating: '' },
  fields: {
    ...replacing('project'),
    account_id: { replace: true, check: matches(/^(?:[a-z](?:[-a-z0-9]{4,28}[a-z0-9]))$/) },
    create_ignore_already_exists: { rest: null },
    disabled: { default: false },
  },
  updates: [
    {
      when: ['disabled'],
      method: 'POST',
      path: (planned) => (planned.disabled === true ? ':disable' : ':enable'),
      shapeBody: () => ({}),
    },
    {
      when: ['description', 'display_name'],
      send: ['description', 'display_name'],
      method: 'PATCH',
      fingerprint: 'etag',
      shapeBody: (account, planned, prior) => ({
        serviceAccount: account,
        updateMask: ['description', 'display_name'].filter((name) => planned[name] !== prior[name]).join(','),
      }),
    },
  ],
  adopts: (planned) => planned.create_ignore_already_exists === true,
  plan(planned, { prior }) {
    const { account_id: account, project } = planned;
    const same = prior && prior.account_id === account;
    return same || account === unknown || project === unknown ? planned : { ...planned, ...addresses(planned) };
  },
  prepare: async (planned) => ({ ...planned, ...addresses(planned) }),
  shapeBody: ({ accountId, ...serviceAccount }) => ({ accountId, serviceAccount }),
  shapeAnswer: (answer) => ({
    ...answer,
    accountId: String(answer.email).split('@')[0],
    project: answer.projectId,
    member: `serviceAccount:${String(answer.email)}`,
  }),
});

function addresses(planned: ObjectValue): ObjectValue {
  const email = `${textOf(planned, 'account_id')}@${textOf(planned, 'project')}.iam.gserviceaccount.com`;
  return { email, member: `serviceAccount:${email}` };
}
