import type { Scheduling } from './instance-properties.ts';
import { prune } from './prune.ts';

/** Scheduling as templates keep it: what was said, without the empty words that Terraform's provider sends. */
export function keptScheduling(scheduling: Scheduling | undefined): object | undefined {
  if (!scheduling) return undefined;
  const { provisioningModel, instanceTerminationAction, maxRunDuration, ...rest } = scheduling;
  return prune({
    ...rest,
    provisioningModel: provisioningModel || undefined,
    instanceTerminationAction: instanceTerminationAction || undefined,
    maxRunDuration: maxRunDuration && { ...maxRunDuration, seconds: String(maxRunDuration.seconds) },
  });
}

/** Scheduling as machines show it: with everything that was left unsaid. */
export function completeScheduling(scheduling: Scheduling | undefined, hasGpu: boolean): object {
  const isSpot = isSpotLike(scheduling);
  const action = scheduling?.instanceTerminationAction || (isSpot ? 'STOP' : undefined);
  return prune({
    automaticRestart: !isSpot,
    onHostMaintenance: isSpot || hasGpu ? 'TERMINATE' : 'MIGRATE',
    preemptible: isSpot,
    ...keptScheduling(scheduling),
    provisioningModel: scheduling?.provisioningModel || (isSpot ? 'SPOT' : 'STANDARD'),
    instanceTerminationAction: action,
  });
}

/** Tells whether Google may take the machine away at any time. */
export function isSpotLike(
  scheduling: (Pick<Scheduling, 'preemptible'> & { provisioningModel?: string }) | undefined,
): boolean {
  return scheduling?.provisioningModel === 'SPOT' || scheduling?.preemptible === true;
}

/**
 * Tells whether it counts against the preemptible quotas: spot, and machines with a run time of up to seven days.
 * https://cloud.google.com/compute/resource-usage#preemptible-quotas-gpu-vms
 */
export function usesPreemptibleQuota(scheduling: Scheduling | undefined): boolean {
  return isSpotLike(scheduling) || scheduling?.provisioningModel === 'FLEX_START';
}
