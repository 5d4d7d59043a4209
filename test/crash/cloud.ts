import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { wallClock } from '../../src/core/clock.ts';
import type { LedgerEntry } from '../../src/sandbox/ledger.ts';
import type { FaultRuleInput } from '../../src/sandbox/fault-rules.ts';
import { killIn } from '../_support/processes.ts';
import type { Desk, DeskSettings, Ended, Running } from '../_support/program.ts';
import { openDesk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';

/** A sandbox that outlives the runs that use it, for one case after another. */
export interface CrashCloud {
  /** Starts the program on the deployment of a case, in a container of its own. */
  start(action: string, place: Place, ...flags: string[]): Running;
  /** The same on a terminal. */
  startOnTerminal(action: string, place: Place, ...flags: string[]): Running;
  run(action: string, place: Place, ...flags: string[]): Promise<Ended>;
  /** Makes the cluster of a case, undisturbed. */
  make(place: Place): Promise<void>;
  /** The cluster is there as an undisturbed create makes it, each thing once. */
  isWhole(project: string): Promise<boolean>;
  breaks(...rules: FaultRuleInput[]): Promise<void>;
  /** Asks the sandbox as the operator; throws what it refuses. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  /** How often the rules have matched and fired. */
  counts(): Promise<{ matched: number; fired: number }[]>;
  /** Whether the first rule fires before the run ends; answers as soon as it does. */
  fires(ended: Promise<unknown>): Promise<boolean>;
  /** Puts the clock forward (milliseconds). */
  advance(ms: number): Promise<void>;
  /** What exists in the project beside what Google gives every project. */
  left(project: string): Promise<LedgerEntry[]>;
  /** Takes away what carries nobody's mark, as its owner would. */
  removeStrangers(project: string): Promise<void>;
  /** A file of the user; answers its path. */
  file(name: string, content: string): string;
  /** The folder in which everything is, and which is gone at the end. */
  path: string;
  /** The host of a run goes away: the program, its Terraform, and the disk of its container. */
  pullThePlug(running: Running, place: Place): Promise<void>;
  [Symbol.dispose](): void;
}

// What a small cluster has one of.
const parts = ['instanceTemplates', 'instances', 'disks', 'networks', 'routers', 'serviceAccounts', 'buckets'];

// What every project has from its first day on: a network, an account, and what they may do.
const googles =
  /\/default(-allow-\w+)?$|-compute@developer\.gserviceaccount\.com$|\/roles\/owner\/user:operator@sandbox\.test$/;

const ofCompute = /^projects\/[^/]+\/(?:global|regions|zones)\//;

/** Where a case happens: a project of its own, and a work directory. */
export interface Place {
  project: string;
  /** Which container it is: the next one has an empty disk. */
  container: number;
}

/** Serves a sandbox for cases; `program` is what is run (default: the sources). */
export async function openCrashCloud(settings: DeskSettings = {}): Promise<CrashCloud> {
  const desk: Desk = openDesk(settings);
  const sandbox = await serveSandbox(desk);
  const work = ({ project, container }: Place): string => join(desk.path, `work-${project}-${container}`);
  function words(action: string, place: Place, flags: readonly string[]): string[] {
    const zone = flags.includes('--zone') ? [] : ['--zone', 'us-central1-a'];
    return [
      action,
      '--project-id',
      place.project,
      '--name-prefix',
      'demo',
      ...zone,
      '--work-dir',
      work(place),
      ...flags,
    ];
  }
  const start: CrashCloud['start'] = (action, place, ...flags) => desk.start(words(action, place, flags));
  async function left(project: string): Promise<LedgerEntry[]> {
    const all = (await sandbox.ask('GET', `/_sandbox/ledger?project=${project}`)) as LedgerEntry[];
    return all.filter(({ kind, name }) => kind !== 'routes' && !googles.test(name));
  }
  const counts: CrashCloud['counts'] = async () =>
    (await sandbox.ask('GET', '/_sandbox/faults')) as { matched: number; fired: number }[];
  return {
    start,
    startOnTerminal: (action, place, ...flags) => desk.startOnTerminal(words(action, place, flags)),
    run: (...args) => start(...args).ended,
    async make(place) {
      const made = await start('create', place).ended;
      if (made.code !== 0) throw new Error(`the cluster could not be made:\n${made.text}`);
    },
    async isWhole(project) {
      const ours = (await left(project)).filter(({ kind, uuid }) => uuid !== undefined || kind === 'buckets');
      const there = Map.groupBy(ours, ({ kind }) => kind);
      return parts.every((kind) => there.get(kind)?.length === 1);
    },
    left,
    async removeStrangers(project) {
      // What uses another is gone only some time after it was asked to go.
      for (let tries = 0; tries < 20; tries += 1) {
        const theirs = (await left(project)).filter(({ uuid, name }) => uuid === undefined && ofCompute.test(name));
        if (theirs.length === 0) return;
        for (const { name } of theirs) await sandbox.ask('DELETE', `/compute/v1/${name}`).catch(() => undefined);
        await wallClock.sleep(300);
      }
    },
    breaks: (...rules) => sandbox.breaks(...rules),
    ask: sandbox.ask,
    file: desk.file,
    path: desk.path,
    counts,
    async fires(ended) {
      const over = new AbortController();
      void ended.then(() => over.abort());
      while (!over.signal.aborted) {
        const [rule] = await counts();
        if ((rule?.fired ?? 0) > 0) return true;
        await wallClock.sleep(15);
      }
      return false;
    },
    advance: async (ms) => void (await sandbox.ask('POST', '/_sandbox/clock', { advance: ms })),
    async pullThePlug(running, place) {
      running.child.kill('SIGKILL');
      killIn(work(place));
      await running.ended;
      rmSync(work(place), { recursive: true, force: true, maxRetries: 5 });
    },
    [Symbol.dispose]: () => desk[Symbol.dispose](),
  };
}
