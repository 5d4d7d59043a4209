import { ComputeInstanceGroupManager } from '@cdktf/provider-google/lib/compute-instance-group-manager/index.js';
import type { ComputeInstanceGroupManagerUpdatePolicy } from '@cdktf/provider-google/lib/compute-instance-group-manager/index.js';
import type { ComputeInstanceTemplate } from '@cdktf/provider-google/lib/compute-instance-template/index.js';
import { ComputeResizeRequest } from '@cdktf/provider-google/lib/compute-resize-request/index.js';
import type { ITerraformDependable } from 'cdktf';

import type { Cluster } from './cluster.ts';
import type { Placement } from './placement.ts';
import type { Schedule } from './scheduling.ts';

/** What the group is made of, and what must be there before its first machine starts. */
export interface GroupParts {
  template: ComputeInstanceTemplate;
  placement: Placement;
  schedule: Schedule;
  after: readonly ITerraformDependable[];
}

/** Adds the managed instance group, and for flex-start the request that waits in line for its machines. */
export function addVmGroup(cluster: Cluster, parts: GroupParts): ComputeInstanceGroupManager {
  const { stack, prefix, zone, marker, variables } = cluster;
  const { options } = cluster.input;
  const flexStart = options.provisioningModel === 'flex-start';
  const count = variables.number('machine_count', options.instanceCount, 'Number of machines.');
  const group = new ComputeInstanceGroupManager(stack, 'machines', {
    name: `${prefix}-mig`,
    description: marker,
    zone,
    baseInstanceName: `${prefix}-vm`,
    version: [{ instanceTemplate: parts.template.selfLink }],
    targetSize: flexStart ? 0 : count,
    // Readiness is what the machines themselves report; RUNNING says little, and a stock-out would be waited for.
    waitForInstances: false,
    updatePolicy: flexStart ? untouched : refreshOnly(count),
    // A repaired machine starts its run duration anew: with a deadline, gone means gone.
    instanceLifecyclePolicy: {
      defaultActionOnFailure: parts.schedule.maxRunSeconds === undefined ? 'REPAIR' : 'DO_NOTHING',
    },
    resourcePolicies: parts.placement.groupPolicy ? { workloadPolicy: parts.placement.groupPolicy } : undefined,
    dependsOn: [...parts.after],
    // Google takes a group of a thousand machines away one batch after the other.
    timeouts: { delete: '60m' },
    // A resize request raises the size by itself: to set it to 0 again would take the machines away.
    lifecycle: flexStart ? { ignoreChanges: ['target_size'] } : undefined,
  });
  if (flexStart) addResizeRequest(cluster, group, count, parts.schedule.maxRunSeconds);
  return group;
}

/**
 * A changed template reaches running machines only as far as that needs no restart: metadata (files copied anew) and
 * labels. Whatever needs more waits until a machine is made again, because a restart would end the work on it. With
 * PROACTIVE no second call is needed, and Google does nothing at all where a refresh is not enough
 * (https://cloud.google.com/compute/docs/instance-groups/updating-migs).
 */
function refreshOnly(count: number): ComputeInstanceGroupManagerUpdatePolicy {
  return {
    type: 'PROACTIVE',
    minimalAction: 'REFRESH',
    mostDisruptiveAllowedAction: 'REFRESH',
    replacementMethod: 'RECREATE',
    maxSurgeFixed: 0,
    maxUnavailableFixed: count,
  };
}

/** Google's own default, which its guide for resize requests leaves alone: a changed template waits to be applied. */
const untouched: ComputeInstanceGroupManagerUpdatePolicy = {
  type: 'OPPORTUNISTIC',
  minimalAction: 'REFRESH',
  replacementMethod: 'RECREATE',
  maxSurgeFixed: 0,
  maxUnavailableFixed: 1,
};

function addResizeRequest(
  cluster: Cluster,
  group: ComputeInstanceGroupManager,
  count: number,
  maxRunSeconds: number | undefined,
): ComputeResizeRequest {
  return new ComputeResizeRequest(cluster.stack, 'request', {
    name: `${cluster.prefix}-request`,
    description: cluster.marker,
    zone: cluster.zone,
    instanceGroupManager: group.name,
    resizeBy: count,
    requestedRunDuration: { seconds: String(maxRunSeconds) },
    // A request cannot be changed, and a new one would ask for all machines once more on top of those that run.
    lifecycle: { ignoreChanges: ['resize_by', 'requested_run_duration'] },
  });
}
