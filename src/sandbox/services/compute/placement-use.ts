import { machineType } from '../../../catalog/machine-types.ts';
import { compactPlacement, compactPlacementLimit } from '../../../catalog/scheduling.ts';
import { OperationError } from '../../operation-error.ts';
import type { Site } from './call.ts';
import type { Instance } from './instance.ts';
import type { InstancePlan } from './instance-plan.ts';
import { pathOfLink } from './path.ts';

interface Policy {
  groupPlacementPolicy?: { collocation?: string };
}

/** Why one more machine of a plan does not fit into its compact placement policy; `undefined` when it fits or has none. */
export function takePlaced({ store, project }: Site, plan: InstancePlan): OperationError | undefined {
  const machine = machineType(plan.machineType);
  const policy = plan.resourcePolicies.find((link) => {
    const found = store.get<Policy>('resourcePolicies', pathOfLink(link));
    return found?.groupPlacementPolicy?.collocation === 'COLLOCATED';
  });
  if (policy === undefined) return undefined;
  const most = !machine || compactPlacement(machine) === 'no' ? 0 : compactPlacementLimit(machine);
  if (placed(store, project.projectId, policy) < most) return undefined;
  return new OperationError(
    'INVALID_USAGE',
    `No more than ${most} instances of machine type ${plan.machineType} can be created with this policy.`,
  );
}

function placed(store: Site['store'], projectId: string, policy: string): number {
  let count = 0;
  for (const [, { resourcePolicies }] of store.entries<Instance & { resourcePolicies?: string[] }>(
    'instances',
    `projects/${projectId}/`,
  )) {
    if (resourcePolicies?.includes(policy)) count += 1;
  }
  return count;
}
