import { isRefusal } from '../api-error.ts';
import type { DataSource } from '../resource.ts';
import { failed } from '../failed.ts';
import { textOf } from '../value.ts';
import type { ObjectValue } from '../value.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/data-sources/project */
export const project: DataSource = {
  type: 'google_project',
  async read(config, { api, provider }) {
    const projectId = textOf(config, 'project_id') || provider.project;
    if (projectId === '') {
      throw new Error(
        'no project value set. `project_id` must be set at the resource level, or a default `project` value must be specified on the provider',
      );
    }
    const id = `projects/${projectId}`;
    try {
      const found = await api.call({ method: 'GET', service: 'resourcemanager', path: `/v1/${id}` });
      if (found.lifecycleState !== 'ACTIVE') throw new Error(`${id} not found or not in ACTIVE state`);
      const billing = await api.call({ method: 'GET', service: 'cloudbilling', path: `/v1/${id}/billingInfo` });
      const labels = (found.labels ?? {}) as ObjectValue;
      const parent = (found.parent ?? {}) as { type?: string; id?: string };
      return {
        ...config,
        id,
        project_id: projectId,
        number: String(found.projectNumber),
        name: String(found.name),
        labels,
        terraform_labels: labels,
        effective_labels: labels,
        billing_account: String(billing.billingAccountName ?? '').replace('billingAccounts/', ''),
        org_id: parent.type === 'organization' ? (parent.id ?? null) : null,
        folder_id: parent.type === 'folder' ? (parent.id ?? null) : null,
        deletion_policy: 'PREVENT',
      };
    } catch (error) {
      if (isRefusal(error, 404)) throw new Error(`${id} not found or not in ACTIVE state`, { cause: error });
      if (isRefusal(error, 403)) {
        throw new Error(`the user does not have permission to access Project "${projectId}" or it may not exist`, {
          cause: error,
        });
      }
      throw failed(`Error when reading or editing Project "${projectId}"`, error);
    }
  },
};
