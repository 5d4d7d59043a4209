import type { LedgerEntry } from '../../src/sandbox/ledger.ts';
import type { Ended, Running } from '../_support/program.ts';
import type { CrashCloud, Place } from './cloud.ts';
import { kinds } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { outcome, timed } from './outcome.ts';
import type { Case, Outcome, Suite } from './outcome.ts';

const modes = ['create', 'create with CLEANUP_ON_EXIT', 'destroy'] as const;
type Mode = (typeof modes)[number];
type Counts = Record<Mode, Record<Kind['counts'], number>>;

/** Each call that changes something, of Create, of Create with its clean-up and of Destroy, goes wrong in each way. */
export const matrix: Suite = {
  name: 'crash matrix',
  about: 'every call that changes something × every kind of fault, in Create, Create with CLEANUP_ON_EXIT, and Destroy',
  async cases(cloud) {
    const counts = await countCalls(cloud);
    return modes.flatMap((mode) =>
      kinds.flatMap((kind) =>
        Array.from({ length: counts[mode][kind.counts] }, (_, index) => aCase(mode, kind, index + 1)),
      ),
    );
  },
};

function aCase(mode: Mode, kind: Kind, nth: number): Case {
  const unit = kind.counts === 'requests' ? 'call' : 'operation';
  return {
    name: `${mode}: ${unit} ${nth}: ${kind.name}`,
    play: (cloud, project) => play(cloud, { mode, kind, nth }, { project, container: 1 }),
  };
}

/** How many calls that change something, and how many operations, each mode makes undisturbed. */
async function countCalls(cloud: CrashCloud): Promise<Counts> {
  const counts = {} as Counts;
  for (const [index, mode] of modes.entries()) {
    const place = { project: `undisturbed-${index}`, container: 1 };
    if (mode === 'destroy') await cloud.run('create', place);
    // They match and never fire.
    await cloud.breaks(
      // eslint-disable-next-line unicorn/no-thenable -- a word of the rules' format and never a function
      { match: { changes: true, nth: 100_000 }, then: { reset: true } },
      { operation: { nth: 100_000, never: true } },
    );
    await end(begin(cloud, mode, place), mode);
    const [requests, operations] = await cloud.counts();
    counts[mode] = { requests: requests?.matched ?? 0, operations: operations?.matched ?? 0 };
    await cloud.breaks();
  }
  return counts;
}

async function play(
  cloud: CrashCloud,
  { mode, kind, nth }: { mode: Mode; kind: Kind; nth: number },
  place: Place,
): Promise<Outcome> {
  if (mode === 'destroy') await cloud.make(place);
  await cloud.breaks(...kind.rules(nth));
  const first = await disturbed(cloud, mode, kind, place);
  await cloud.breaks();
  const runs: Ended[] = [first];
  const killed = kind.moment === 'kill';
  // Whoever killed the container took its disk away.
  const next = { ...place, container: killed ? 2 : 1 };
  let heal: number | undefined;
  if (first.code !== 0 || killed) {
    // Whoever is silent for a minute is taken for dead.
    await cloud.advance(61_000);
    const again = await timed(end(begin(cloud, mode, next), mode));
    heal = again.seconds;
    runs.push(again);
  }
  const last = runs.at(-1)?.code;
  // With a stranger's resource in the way the deployment cannot be made; it is taken away, and the stranger's stays.
  const ofAStranger = kind.ends.includes(26);
  // The clean-up of such a create cannot remove what the stranger's resource holds.
  const remains = ofAStranger && mode === 'create with CLEANUP_ON_EXIT' ? [31] : [];
  const inTheWay = ofAStranger && [26, ...remains].includes(last ?? 0);
  const stands = mode !== 'create' || inTheWay || (await cloud.isWhole(place.project));
  if (mode === 'create') runs.push(await cloud.run('destroy', next));
  // A network of ours that holds something of a stranger's stays, with its record, until the stranger has taken that away.
  const held = ofAStranger && runs.at(-1)?.code === 31;
  if (held) {
    await cloud.removeStrangers(place.project);
    runs.push(await cloud.run('destroy', next));
  }
  const left = (await cloud.left(place.project)).filter((entry) => !isStrangers(entry, kind));
  return outcome(runs, {
    converged:
      (last === 0 || inTheWay) && stands && runs.at(-1)?.code === (inTheWay && mode !== 'create' && !held ? 26 : 0),
    leftovers: left,
    wrongCode: !killed && first.code !== 0 && ![...kind.ends, ...remains].includes(first.code ?? -1),
    heal,
  });
}

function begin(cloud: CrashCloud, mode: Mode, place: Place): Running {
  if (mode === 'destroy') return cloud.start('destroy', place);
  return cloud.start('create', place, ...(mode === 'create' ? [] : ['--cleanup-on-exit']));
}

/** The end of a run. With CLEANUP_ON_EXIT it is asked for as soon as the cluster stands. */
async function end(running: Running, mode: Mode): Promise<Ended> {
  if (mode === 'create with CLEANUP_ON_EXIT') {
    running
      .until(({ text }) => text.startsWith('holding the cluster'))
      .then(() => running.child.kill('SIGTERM'))
      .catch(() => undefined);
  }
  return await running.ended;
}

async function disturbed(cloud: CrashCloud, mode: Mode, { moment }: Kind, place: Place): Promise<Ended> {
  const running = begin(cloud, mode, place);
  const ended = end(running, mode);
  if (moment === undefined) return await ended;
  const fired = await cloud.fires(ended);
  if (fired && moment === 'kill') await cloud.pullThePlug(running, place);
  if (fired && moment === 'minute') await cloud.advance(60_000);
  return await ended;
}

function isStrangers({ kind, uuid, labels }: LedgerEntry, { ends }: Kind): boolean {
  if (!ends.includes(26)) return false;
  // A bucket of somebody else in our own project is used, and stays.
  if (kind === 'buckets') return Object.values(labels ?? {}).includes('another-tool');
  return uuid === undefined && !['objects', 'iamBindings'].includes(kind);
}
