import { readFile, rm } from 'node:fs/promises';

import type { Clock } from '../core/clock.ts';
import { fail, isFault } from '../core/faults.ts';
import type { Fault } from '../core/faults.ts';
import { userAndHost } from '../core/who.ts';
import { writeAtomically } from './atomic-file.ts';
import { runTerraform } from './command.ts';
import type { Control, TerraformEnd } from './command.ts';
import { terraformEnvironment } from './environment.ts';
import { isLockOf, runName } from './lock-owner.ts';
import { holderOf, isInitUnlockError, isLockRace, isUnlockError } from './lock-text.ts';
import type { TerraformLog } from './log.ts';
import type { Result, TerraformSettings } from './runner.ts';
import { saveAgain } from './save-again.ts';
import { isSaveError, judge } from './verdict.ts';
import { patience } from './watchdog.ts';
import type { WorkDirectory } from './work-directory.ts';

/** One command of terraform. */
interface Request {
  /** For people: `state list`. */
  verb: string;
  args: readonly string[];
  /** Milliseconds that it may be silent at its start. */
  budget: number;
  control: Control;
  events?: boolean;
  input?: string;
  /** Locks that this run has taken since then are its own (milliseconds since 1970; default: since now). */
  since?: number;
}

/** Runs commands in one work directory, with all that is done about locks and states that cannot be saved. */
export interface Engine {
  /** Runs a command; waits for the lock. */
  command: (request: Request) => Promise<Result<TerraformEnd>>;
  /** The same for a command that changes the state: what could not be saved is saved afterwards. */
  saving: (request: Request) => Promise<Result<TerraformEnd>>;
  push: (state: string, control?: Control) => Promise<Result<TerraformEnd>>;
  /** What a user is told of a command that ended so. */
  verdict: (verb: string, end: TerraformEnd) => Fault | undefined;
  /** The option of the commands that take the lock. */
  lockTimeout: string;
}

/** File that terraform leaves in the work directory when it cannot save the state in the bucket. */
export const erroredState = 'errored.tfstate';

const lockRaceTries = 10;
// Seconds; see `command` below.
const longestLockSlice = 5;

/** Makes the engine for a work directory; nothing is started yet. */
export function createEngine(settings: TerraformSettings, log: TerraformLog, clock: Clock): Engine {
  const { work, binary, lockTimeoutSeconds } = settings;
  const lockSlice = Math.min(lockTimeoutSeconds, longestLockSlice);
  const lockTimeout = `-lock-timeout=${lockSlice}s`;
  const who = userAndHost();

  async function once({ verb, args, budget, control, events = false, input }: Request): Promise<Result<TerraformEnd>> {
    if (control.stop?.aborted) return notBegun(fail('STOPPED', {}));
    let env: Record<string, string>;
    try {
      env = await environment();
    } catch (error) {
      if (isFault(error)) return notBegun(error);
      throw error;
    }
    const before = await readErroredState(work);
    const end = await runTerraform({
      file: binary.file,
      args,
      cwd: work.path,
      env,
      input,
      events,
      patience: patience(budget, lockSlice),
      log,
      clock,
      control,
    });
    const fault = verdict(verb, end);
    if (fault === undefined) return { ok: true, value: end, diagnostics: end.diagnostics };
    return { ok: false, fault, diagnostics: end.diagnostics, end, unsavedState: await unsavedState(end, work, before) };
  }

  function environment(): Promise<Record<string, string>> {
    const { cloud, environment: own } = settings;
    return terraformEnvironment({
      cloud,
      own,
      directory: work.path,
      product: binary.product,
      runName: runName(settings.run),
    });
  }

  function verdict(verb: string, end: TerraformEnd): Fault | undefined {
    return judge(end, {
      verb,
      project: settings.project,
      deployment: settings.deployment,
      resume: settings.resume,
      log: log.path,
      rescue: work.file(erroredState),
      now: clock.now(),
    });
  }

  /**
   * Waits for the lock in slices, so that the caller hears whose it is meanwhile, and so that a lock of our own, whose
   * confirmation was lost on the way, is recognised and taken back by its generation instead of being waited for.
   */
  async function command(request: Request): Promise<Result<TerraformEnd>> {
    const began = clock.now();
    const { since = began } = request;
    const deadline = began + lockTimeoutSeconds * 1000;
    for (let tries = 1; ; tries += 1) {
      const result = await unlocked(await once(request), since);
      if (result.ok || result.end.interruption !== 'none') return result;
      const holder = holderOf(result.diagnostics);
      if (result.diagnostics.some(isLockRace) && tries <= lockRaceTries) {
        log.line('! the lock went away while terraform looked at it: asking again');
        await clock.sleep(500 * tries);
      } else if (result.diagnostics.some(isInitUnlockError) && tries <= lockRaceTries && (await freed(since))) {
        log.line('! the lock of init could not be given back, and is off now all the same: again');
      } else if (holder && isLockOf({ run: settings.run, who, since }, holder) && tries <= 3) {
        log.line('! the lock is our own: its confirmation was lost, it is taken back');
        const args = ['force-unlock', '-no-color', '-force', holder.id];
        if (!(await freed(since))) await once({ verb: 'force-unlock', args, budget: 120_000, control: {} });
      } else if (holder !== undefined && clock.now() < deadline) {
        request.control.onWait?.(holder);
      } else {
        return result;
      }
    }
  }

  /** Takes off what terraform could not: a killed one cannot, and often the lock went and only nobody heard of it. */
  async function unlocked(result: Result<TerraformEnd>, since: number): Promise<Result<TerraformEnd>> {
    if (result.ok) return result;
    const isLeft = result.end.signal !== undefined || result.fault.code === 'UNLOCK_FAILED';
    if (!isLeft || !(await freed(since)) || result.fault.code !== 'UNLOCK_FAILED') return result;
    log.line('! the lock could not be given back, and is off now all the same');
    return { ok: true, value: result.end, diagnostics: result.diagnostics.filter((one) => !isUnlockError(one)) };
  }

  async function freed(since: number): Promise<boolean> {
    return (await settings.freeLock?.(since).catch(() => false)) ?? false;
  }

  /** The state comes by standard input, so that it can be saved from a full or read-only disk. */
  function push(state: string, control: Control = {}, since = clock.now()): Promise<Result<TerraformEnd>> {
    const args = ['state', 'push', '-no-color', lockTimeout, '-'];
    return command({ verb: 'state push', args, budget: 600_000, control, input: state, since });
  }

  /** A state that could not be saved is saved again and again, for as long as there is hope. */
  async function saving(request: Request): Promise<Result<TerraformEnd>> {
    const since = clock.now();
    const result = await command({ ...request, since });
    if (result.ok || result.unsavedState === undefined) return result;
    const { unsavedState: state } = result;
    const saved = await saveAgain({
      state,
      // The command's own lock may still be there: what kept it from saving kept it from giving that back.
      push: (text, control) => push(text, control, since),
      rescue: settings.rescue,
      log,
      clock,
      control: request.control,
    });
    if (!saved) return result;
    await rm(work.file(erroredState), { force: true });
    // Whoever has saved it has had the lock, and given it back.
    const diagnostics = result.diagnostics.filter((one) => !isSaveError(one) && !isUnlockError(one));
    const failed = diagnostics.some(({ severity }) => severity === 'error') || result.end.interruption !== 'none';
    const end = { ...result.end, diagnostics, exitCode: failed ? result.end.exitCode : 0 };
    const fault = verdict(request.verb, end);
    if (fault === undefined) return { ok: true, value: end, diagnostics };
    return { ok: false, fault, diagnostics, end, unsavedState: undefined };
  }

  return { command, saving, push, verdict, lockTimeout };
}

function notBegun(fault: Fault): Result<never> {
  const end: TerraformEnd = {
    exitCode: undefined,
    signal: undefined,
    notStarted: undefined,
    diagnostics: [],
    stdout: '',
    summary: undefined,
    outputs: undefined,
    inFlight: [],
    touched: false,
    interruption: fault.code === 'STOPPED' ? 'once' : 'none',
    starved: undefined,
    stateDump: undefined,
  };
  return { ok: false, fault, diagnostics: [], end, unsavedState: undefined };
}

/**
 * Terraform says that it wrote errored.tfstate also where it could not, so the file is looked at, and compared with
 * what was there before; where it could not, it printed the state, which is then written here.
 */
async function unsavedState(end: TerraformEnd, work: WorkDirectory, before: string): Promise<string | undefined> {
  if (!end.diagnostics.some(isSaveError)) return undefined;
  const kept = await readErroredState(work);
  if (kept !== '' && kept !== before) return kept;
  if (end.stateDump === undefined) return undefined;
  const dump = JSON.stringify(end.stateDump);
  // The disk is full or read-only then; the caller still has the text.
  await writeAtomically(work.file(erroredState), dump).catch(() => undefined);
  return dump;
}

function readErroredState(work: WorkDirectory): Promise<string> {
  return readFile(work.file(erroredState), 'utf8').catch(() => '');
}
