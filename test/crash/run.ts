import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { table } from '../../src/core/table.ts';
import { openCrashCloud } from './cloud.ts';
import { copies } from './copies.ts';
import { kills } from './kills.ts';
import { matrix } from './matrix.ts';
import type { Case, Outcome, Suite } from './outcome.ts';
import { reliabilityPage, rowsOf } from './page.ts';
import type { Played } from './page.ts';
import { runners } from './runners.ts';
import { signals } from './signals.ts';
import { refused } from './refused.ts';
import { storageErrors, storageOutage } from './storage-errors.ts';
import { strangers } from './strangers.ts';

// Plays the suites against the built program and prints one table. Words pick the suites whose name holds one of them.
//   --every N     only every Nth case of each suite
//   --workers N   clouds side by side (default 3)
//   --only TEXT   only cases whose name holds it
//   --resume      go on from the log: what went well is not played again
//   --tell        play nothing, and tell what the log holds
//   --write       write docs/reliability.md
//   --provider real   with the real hashicorp/google, where it is installed
const suites: readonly Suite[] = [
  matrix,
  kills,
  signals,
  runners,
  storageErrors,
  storageOutage,
  refused,
  strangers,
  copies,
];
const root = join(import.meta.dirname, '../..');
const program = join(root, 'dist/cluster-provision.mjs');
const log = join(root, 'crash.log');

/** A line of the log. */
interface Logged extends Outcome {
  suite: string;
  name: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    every: { type: 'string', default: '1' },
    workers: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    resume: { type: 'boolean', default: false },
    tell: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    provider: { type: 'string', default: 'embedded' },
  },
});

execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'ignore' });
const resumes = values.resume || values.tell;
const earlier = resumes && existsSync(log) ? readLog(readFileSync(log, 'utf8')) : [];
if (!resumes) writeFileSync(log, '');
const settings = { program, provider: values.provider === 'real' ? ('real' as const) : ('embedded' as const) };
const played: Played[] = [];
for (const suite of suites) {
  if (positionals.length > 0 && !positionals.some((word) => suite.name.includes(word))) continue;
  played.push({ suite, ...(await playSuite(suite)) });
}
for (const line of table(rowsOf(played))) console.log(line);
if (values.write) writeFileSync(join(root, 'docs/reliability.md'), reliabilityPage(played));
const bad = played.flatMap(({ outcomes }) => outcomes).filter(isBad);
process.exit(bad.length > 0 ? 1 : 0);

async function playSuite(suite: Suite): Promise<{ total: number; outcomes: Outcome[] }> {
  using first = await openCrashCloud(settings);
  const all = await suite.cases(first);
  const chosen = all
    .filter(({ name }) => name.includes(values.only))
    .filter((_, index) => index % Number(values.every) === 0);
  const before = earlier.filter((one) => one.suite === suite.name && !isBad(one));
  const outcomes: Outcome[] = chosen.flatMap(({ name }) => before.find((one) => one.name === name) ?? []);
  const open = values.tell ? [] : chosen.filter(({ name }) => before.every((one) => one.name !== name));
  console.log(`${suite.name}: ${open.length} of ${all.length} cases`);
  let next = 0;
  async function work(worker: number): Promise<void> {
    using cloud = await openCrashCloud(settings);
    for (let index = next++; index < open.length; index = next++) {
      const one = open[index];
      if (!one) return;
      const outcome = await playOne(one, cloud, `case-${worker}-${index}`);
      outcomes.push(outcome);
      appendFileSync(log, `${JSON.stringify({ suite: suite.name, name: one.name, ...outcome } satisfies Logged)}\n`);
      if (isBad(outcome)) {
        const { codes, faults, leftovers } = outcome;
        console.log(`! ${one.name}: ${codes.join(' ')} ${faults.join(', ')} ${leftovers.join(', ')}`);
      }
    }
  }
  const workers = suite.alone ? 1 : Math.min(Number(values.workers), open.length);
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  return { total: all.length, outcomes };
}

async function playOne(one: Case, cloud: Parameters<Case['play']>[0], project: string): Promise<Outcome> {
  try {
    return await one.play(cloud, project);
  } catch (error) {
    await cloud.breaks();
    return { codes: [], faults: [], converged: false, leftovers: [], wrongCode: true, text: String(error) };
  }
}

function isBad({ converged, leftovers, wrongCode }: Outcome): boolean {
  return !converged || wrongCode || leftovers.length > 0;
}

function readLog(text: string): Logged[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Logged);
}
