import { matches } from '../checks.ts';
import { iamMember } from '../iam-member.ts';
import { requestFor } from '../rest-spec.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/google_service_account_iam#google_service_account_iam_member */
export const serviceAccountIamMember = iamMember({
  type: 'google_service_account_iam_member',
  parent: 'service_account_id',
  fields: { service_account_id: { replace: true, check: matches(/^projects\/[^/]+\/serviceAccounts\/[^/]+@[^/]+$/) } },
  parentId: (account) => account,
  door: (account) => ({
    describe: `service account '${account}'`,
    read: requestFor('iam', 'POST', `/v1/${account}:getIamPolicy?options.requestedPolicyVersion=3`),
    write: (policy) => requestFor('iam', 'POST', `/v1/${account}:setIamPolicy`, { policy }),
  }),
});
