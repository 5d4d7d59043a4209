import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { LedgerEntry } from '../../src/sandbox/ledger.ts';
import type { FaultRuleInput } from '../../src/sandbox/fault-rules.ts';
import { killIn } from '../_support/processes.ts';
import type { Desk, Ended, Running } from '../_support/program.ts';
import { openDesk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';

/** A sandbox that outlives the runs that use it, for one case after another. */
export interface CrashCloud {
  /** Starts the program on the deployment of a case, in a container of its own. */
  start(action: string, place: Place, ...flags: string[]): Running;
  run(action: string, place: Place, ...flags: string[]): Promise<Ended>;
  /** Makes the cluster of a case, undisturbed. */
  make(place: Place): Promise<void>;
  /** The cluster is there as an undisturbed create makes it, each thing once. */
  isWhole(project: string): Promise<boolean>;
  breaks(...rules: FaultRuleInput[]): Promise<void>;
  /** How often the rules have matched and fired. */
  counts(): Promise<{ matched: number; fired: number }[]>;
  /** Puts the clock forward (milliseconds). */
  advance(ms: number): Promise<void>;
  /** What exists in the project beside what Google gives every project. */
  left(project: string): Promise<LedgerEntry[]>;
  /** Takes away what carries nobody's mark, as its owner would. */
  removeStrangers(project: string): Promise<void>;
  /** The host of a run goes away: the program, its Terraform, and the disk of its container. */
  pullThePlug(running: Running, place: Place): Promise<void>;
  [Symbol.dispose](): void;
}

// What a small cluster has one of.
const parts = ['instanceTemplates', 'instances', 'disks', 'networks', 'routers', 'serviceAccounts', 'buckets'];

// What every project has from its first day on: a network, an account, and what they may do.
const googles =
  /\/default(-allow-\w+)?$|-compute@developer\.gserviceaccount\.com$|\/roles\/owner\/user:operator@sandbox\.test$/;

/** Where a case happens: a project of its own, and a work directory. */
export interface Place {
  project: string;
  /** Which container it is: the next one has an empty disk. */
  container: number;
}

/** Serves a sandbox for cases; `program` is what is run (default: the sources). */
export async function openCrashCloud(program?: string): Promise<CrashCloud> {
  const desk: Desk = openDesk(program === undefined ? {} : { program });
  const sandbox = await serveSandbox(desk);
  const work = ({ project, container }: Place): string => join(desk.path, `work-${project}-${container}`);
  const start: CrashCloud['start'] = (action, place, ...flags) => {
    const named = ['--project-id', place.project, '--name-prefix', 'demo', '--zone', 'us-central1-a'];
    return desk.start([action, ...named, '--work-dir', work(place), ...flags]);
  };
  async function left(project: string): Promise<LedgerEntry[]> {
    const all = (await sandbox.ask('GET', `/_sandbox/ledger?project=${project}`)) as LedgerEntry[];
    return all.filter(({ kind, name }) => kind !== 'routes' && !googles.test(name));
  }
  return {
    start,
    run: (...args) => start(...args).ended,
    async make(place) {
      const made = await start('create', place).ended;
      if (made.code !== 0) throw new Error(`the cluster could not be made:\n${made.text}`);
    },
    async isWhole(project) {
      const there = Map.groupBy(await left(project), ({ kind }) => kind);
      return parts.every((kind) => there.get(kind)?.length === 1);
    },
    left,
    async removeStrangers(project) {
      for (const { name, uuid } of await left(project))
        if (uuid === undefined && name.startsWith(`projects/${project}/global/`))
          await sandbox.ask('DELETE', `/compute/v1/${name}`).catch(() => undefined);
    },
    breaks: (...rules) => sandbox.breaks(...rules),
    counts: async () => (await sandbox.ask('GET', '/_sandbox/faults')) as { matched: number; fired: number }[],
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
