import { fillTemplate, sameName } from '../link.ts';
import { waitForOperation } from '../operation.ts';
import { restResource } from '../rest-resource.ts';
import { requestFor } from '../rest-spec.ts';

const collection =
  '/compute/v1/projects/{project}/zones/{zone}/instanceGroupManagers/{instance_group_manager}/resizeRequests';
const id = 'projects/{project}/zones/{zone}/instanceGroupManagers/{instance_group_manager}/resizeRequests/{name}';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_resize_request */
export const computeResizeRequest = restResource({
  type: 'google_compute_resize_request',
  label: 'ResizeRequest',
  readLabel: 'ComputeResizeRequest "{id}"',
  service: 'compute',
  collection,
  self: `${collection}/{name}`,
  id,
  operation: 'compute',
  activities: { Deleting: 'Deleting the resize request' },
  replaceAllBut: ['timeouts'],
  fields: {
    zone: { ref: 'projects/{project}/global/zones/{}', short: true },
    instance_group_manager: { rest: null, same: sameName },
  },
  importIds: [
    id,
    '{project}/{zone}/{instance_group_manager}/{name}',
    '{zone}/{instance_group_manager}/{name}',
    '{instance_group_manager}/{name}',
  ],
  // A request that still waits for machines must be called off before it can be deleted.
  async beforeDelete(state, session) {
    if (state.state !== 'CREATING' && state.state !== 'ACCEPTED') return;
    const path = fillTemplate(`${collection}/{name}/cancel`, state);
    const answer = await session.api.call(requestFor('compute', 'POST', path));
    await waitForOperation(answer, {
      api: session.api,
      kind: 'compute',
      service: 'compute',
      project: String(state.project),
      activity: 'Cancelling the resize request',
      minutes: 20,
    });
  },
});
