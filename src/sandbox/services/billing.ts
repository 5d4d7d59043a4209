import { defineService } from '../service.ts';
import { billingIsOn } from './apis.ts';
import { projectOf } from './projects.ts';

/** Who pays for a project: https://cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo */
export const billing = defineService({
  host: 'cloudbilling.googleapis.com',
  mount: '/cloudbilling.googleapis.com',
  notModelled: ['billing accounts, prices, budgets'],
  routes: {
    'GET /v1/projects/{project}/billingInfo': ({ store, params, now }) => {
      const project = projectOf(store, params['project'] ?? '', now);
      const billingEnabled = billingIsOn(store, project);
      return {
        name: `projects/${project.projectId}/billingInfo`,
        projectId: project.projectId,
        billingAccountName: billingEnabled ? 'billingAccounts/000000-000000-000000' : '',
        billingEnabled,
      };
    },
  },
});
