import { ApiError, defineService } from '../service.ts';
import type { Request } from '../service.ts';
import { billingIsOn } from './apis.ts';
import { skusOf } from './price-catalogue.ts';
import { projectOf } from './projects.ts';

// https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list
const largestPage = 5000;

/**
 * Who pays for a project: https://cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo
 * What things cost: https://cloud.google.com/billing/v1/how-tos/catalog-api
 */
export const billing = defineService({
  host: 'cloudbilling.googleapis.com',
  mount: '/cloudbilling.googleapis.com',
  notModelled: ['billing accounts, budgets, other currencies', 'all but a few prices of one group of regions'],
  routes: {
    'GET /v1/services/{service}/skus': listSkus,
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

function listSkus({ params, query }: Request): object {
  const service = params['service'] ?? '';
  const skus = skusOf(service);
  if (!skus) throw new ApiError(404, 'notFound', `Service ${service} not found.`);
  const start = Number(query['pageToken'] ?? 0);
  const size = Math.min(Number(query['pageSize'] ?? largestPage), largestPage);
  if (!(Number.isInteger(start) && Number.isInteger(size) && size > 0)) {
    throw new ApiError(400, 'badRequest', 'Invalid page_token or page_size.');
  }
  const end = start + size;
  return { skus: skus.slice(start, end), nextPageToken: end < skus.length ? String(end) : '' };
}
