import { iamMember } from '../iam-member.ts';
import { lastPart, sameName } from '../link.ts';
import { requestFor } from '../rest-spec.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/google_project_iam#google_project_iam_member */
export const projectIamMember = iamMember({
  type: 'google_project_iam_member',
  parent: 'project',
  fields: { project: { replace: true, same: sameName } },
  parentId: (project) => project,
  door(project) {
    const path = `/v1/projects/${lastPart(project)}`;
    return {
      describe: `project "${project}"`,
      read: requestFor('resourcemanager', 'POST', `${path}:getIamPolicy`, { options: { requestedPolicyVersion: 3 } }),
      write: (policy) =>
        requestFor('resourcemanager', 'POST', `${path}:setIamPolicy`, {
          policy,
          updateMask: 'bindings,etag,auditConfigs',
        }),
    };
  },
});
