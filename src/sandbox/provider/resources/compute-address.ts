import { oneOf, resourceName } from '../checks.ts';
import { replacing } from '../field.ts';
import { fillTemplate } from '../link.ts';
import { waitForOperation } from '../operation.ts';
import { restResource } from '../rest-resource.ts';
import { requestFor } from '../rest-spec.ts';
import { isEmpty } from '../value.ts';
import type { Value } from '../value.ts';

const self = '/compute/v1/projects/{project}/regions/{region}/addresses/{name}';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_address */
export const computeAddress = restResource({
  type: 'google_compute_address',
  label: 'Address',
  readLabel: 'ComputeAddress "{id}"',
  service: 'compute',
  collection: '/compute/v1/projects/{project}/regions/{region}/addresses',
  self,
  id: 'projects/{project}/regions/{region}/addresses/{name}',
  operation: 'compute',
  fields: {
    ...replacing('project', 'address', 'description', 'prefix_length', 'purpose'),
    name: { replace: true, check: resourceName },
    address_type: { replace: true, default: 'EXTERNAL', check: oneOf('INTERNAL', 'EXTERNAL') },
    network: { replace: true, ref: 'projects/{project}/global/networks/{}' },
    network_tier: { replace: true, check: oneOf('PREMIUM', 'STANDARD', 'FIXED_STANDARD') },
    ip_version: {
      replace: true,
      check: oneOf('IPV4', 'IPV6'),
      same: (configured, known) => isIpv4(configured) && isIpv4(known),
    },
    ipv6_endpoint_type: { replace: true, check: oneOf('VM', 'NETLB') },
    region: { replace: true, ref: 'projects/{project}/global/regions/{}', short: true },
    subnetwork: { replace: true, ref: 'projects/{project}/regions/{region}/subnetworks/{}' },
    effective_labels: { rest: 'labels', sent: true },
    label_fingerprint: { sent: true },
  },
  updates: [
    { when: ['effective_labels'], send: ['effective_labels', 'label_fingerprint'], method: 'POST', path: '/setLabels' },
  ],
  // The real provider sets labels once more by themselves, for regions where insertion did not take them.
  async settle(planned, session, verb) {
    if (verb === 'Updating' || isEmpty(planned.effective_labels)) return;
    const path = fillTemplate(self, planned);
    const { labelFingerprint } = await session.api.call(requestFor('compute', 'GET', path));
    const body = { labels: planned.effective_labels, labelFingerprint };
    const answer = await session.api.call(requestFor('compute', 'POST', `${path}/setLabels`, body));
    const project = String(planned.project);
    const waiting = { api: session.api, kind: 'compute', service: 'compute', project, minutes: 20 } as const;
    await waitForOperation(answer, { ...waiting, activity: 'Updating ComputeAddress Labels' });
  },
});

function isIpv4(version: Value): boolean {
  return isEmpty(version) || version === 'IPV4';
}
