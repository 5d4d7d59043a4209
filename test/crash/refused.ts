import type { FaultRuleInput } from '../../src/sandbox/fault-rules.ts';
import type { CrashCloud } from './cloud.ts';
import { outcome } from './outcome.ts';
import type { Case, Outcome, Suite } from './outcome.ts';

// The zones of one region that have machines with A100 GPUs.
const zones = ['us-central1-a', 'us-central1-b', 'us-central1-c', 'us-central1-f'];

/** Google has no room, or the quota ends somewhere between none and all machines. */
export const refused: Suite = {
  name: 'capacity and quota',
  about:
    'up to all zones of the list are out of stock, with and without a hint of Google’s; the quota ends at each number of machines, with PARTIAL=fail and keep; then the same command again, with room',
  cases: () => {
    const stockouts = [true, false].flatMap((hinted) =>
      zones.map((_, index) => {
        const full = zones.slice(0, index + 1);
        const left = zones.slice(index + 1);
        const hint = hinted ? { zonesAvailable: left } : {};
        const rules = full.map((zone) => ({ stockout: { zone, ...hint } }));
        return aCase(`${full.length} of ${zones.length} zones full${hinted ? ', with a hint' : ''}`, {
          rules,
          flags: ['--zone', zones.join(',')],
          ends: left.length > 0 ? 0 : 21,
        });
      }),
    );
    const quotas = ['fail', 'keep'].flatMap((partial) =>
      [0, 1, 2, 3, 4].map((given) =>
        aCase(`quota for ${given} of 4 machines, PARTIAL=${partial}`, {
          // Each machine has two GPUs.
          rules: [{ quota: { region: 'us-central1', metric: 'NVIDIA_A100_GPUS', limit: given * 2 } }],
          flags: ['--instance-count', '4', '--partial', partial, '--skip-checks', 'quota'],
          ends: given === 4 || (given > 0 && partial === 'keep') ? 0 : 20,
        }),
      ),
    );
    const checked = [0, 1, 2, 3].map((given) =>
      aCase(`quota for ${given} of 4 machines, found before anything is made`, {
        rules: [{ quota: { region: 'us-central1', metric: 'NVIDIA_A100_GPUS', limit: given * 2 } }],
        flags: ['--instance-count', '4'],
        ends: 20,
      }),
    );
    return Promise.resolve([...stockouts, ...quotas, ...checked]);
  },
};

interface Wanted {
  rules: readonly FaultRuleInput[];
  flags: readonly string[];
  ends: number;
}

function aCase(name: string, wanted: Wanted): Case {
  return { name, play: (cloud, project) => play(cloud, project, wanted) };
}

async function play(cloud: CrashCloud, project: string, { rules, flags, ends }: Wanted): Promise<Outcome> {
  const place = { project, container: 1 };
  await cloud.breaks(...rules);
  const first = await cloud.run('create', place, ...flags);
  // What cannot be had is not paid for: a create that gives up takes away what it has begun, but for the bucket.
  const made = (await cloud.left(project)).filter(({ uuid }) => uuid !== undefined);
  await cloud.breaks();
  const again = await cloud.run('create', place, ...flags);
  const end = await cloud.run('destroy', place);
  return outcome([first, again, end], {
    converged: (first.code === 0 || made.length === 0) && again.code === 0 && end.code === 0,
    leftovers: await cloud.left(project),
    wrongCode: first.code !== ends,
  });
}
