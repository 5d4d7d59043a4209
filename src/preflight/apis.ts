import { wallClock } from '../core/clock.ts';
import { fail } from '../core/faults.ts';
import { poll } from '../core/poll.ts';
import { disabledApis, enableApis } from '../google/services.ts';
import type { Options } from '../options/read.ts';
import type { Check } from './check.ts';

/** Are the APIs that this cluster needs switched on? ENABLE_APIS=yes switches them on and waits, 5 minutes at most. */
export const apis: Check = {
  name: 'apis',
  summary: 'the APIs that the cluster needs are switched on',
  async ask({ options, http, signal }) {
    const needed = neededApis(options);
    let disabled = await disabledApis(http, options.projectId, needed);
    if (disabled.length > 0 && options.enableApis) {
      await enableApis(http, options.projectId, disabled);
      const allOn = async () => {
        disabled = await disabledApis(http, options.projectId, needed);
        return disabled.length === 0 || undefined;
      };
      await poll(allOn, { every: 5_000, first: 250, timeout: 300_000, clock: wallClock, signal });
    }
    if (disabled.length > 0) {
      throw fail('API_DISABLED', { apis: disabled.join(' '), project: options.projectId }, { details: disabled });
    }
    return `${needed.length} on`;
  },
};

/** The APIs that a cluster with these options calls. */
function neededApis(options: Pick<Options, 'nfsShares' | 'enableOpsAgent'>): string[] {
  return [
    'compute.googleapis.com',
    'storage.googleapis.com',
    'iam.googleapis.com',
    'cloudresourcemanager.googleapis.com',
    ...(options.nfsShares.some((share) => 'tier' in share) ? ['file.googleapis.com'] : []),
    ...(options.enableOpsAgent ? ['monitoring.googleapis.com', 'logging.googleapis.com'] : []),
  ];
}
