import { userInfo } from 'node:os';

import { fail } from '../core/faults.ts';
import { onPath } from '../core/on-path.ts';
import { readWords } from '../deployment/machine-state.ts';
import { getGuestAttributes, lastPart } from '../google/compute-machines.ts';
import type { Instance } from '../google/compute-machines.ts';
import { loginDenied, missingForLogin } from '../login/denied.ts';
import type { Place } from '../login/place.ts';
import { openLogin } from '../login/session.ts';
import type { LoginSession } from '../login/session.ts';
import { runSsh } from '../login/ssh.ts';
import { readVerdict } from '../login/verdict.ts';
import type { Action, Run } from './action.ts';
import { findMachines, machineNamed } from './find-machines.ts';
import type { FoundMachines } from './find-machines.ts';
import { deploymentFlags, nextCommand } from './next-command.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

// A key that was just announced needs a moment until every machine knows it: so often, with so many milliseconds between.
const attempts = 4;
const pause = 2_500;
// Machines that are asked whether they are ready, when nobody says which it shall be.
const mostAsked = 20;

/**
 * Ssh: opens a shell on a machine, or runs a command there and ends with its exit code. OpenSSH's own client does it, through
 * `tunnel`, with a key that is made for this session and announced through OS Login.
 */
export const ssh: Action = {
  name: 'ssh',
  async run(run) {
    await checkClient(run);
    await using session = await openSession(run);
    const found = await findMachines(session);
    const [name] = run.options.operands;
    const machine = name === undefined ? await anyMachine(session, found) : machineNamed(found, name);
    if (machine.status !== 'RUNNING') throw down(run, machine.name, `Google says that it is ${machine.status}`);
    const { cloud, http } = session;
    const place = { cloud, http, project: run.options.projectId, machine };
    await using login = await openLogin(place, run.clock);
    if (!login.strict) run.report.warn(`${machine.name} has not told Google its host keys; ssh takes what it shows`);
    return await connect(run, place, login);
  },
};

/** OpenSSH asks for the name of who runs it before anything else. */
async function checkClient({ environment }: Run): Promise<void> {
  if ((await onPath('ssh', environment['PATH'] ?? '')) === undefined) throw fail('SSH_MISSING', {});
  try {
    userInfo();
  } catch {
    throw fail('USER_NAMELESS', { uid: process.getuid?.() ?? '' });
  }
}

async function connect(run: Run, place: Place, login: LoginSession): Promise<number> {
  const { machine } = place;
  const logs = nextCommand(run, 'logs', machine.name);
  for (let attempt = 1; ; attempt += 1) {
    const end = await runSsh({
      machine: machine.name,
      ...login,
      tunnel: [...run.program, 'tunnel', machine.name, '22', ...deploymentFlags(run.options), '--json'],
      command: run.options.command,
      environment: run.environment,
      stop: run.stop,
    });
    if (run.stop.aborted) throw run.stop.reason;
    if (end.authenticated || end.code !== 255) {
      // 255 may be the command's own; when ssh said something, the connection was lost.
      if (end.code === 255 && end.log.length > 0) run.report.warn('ssh has ended', { detail: end.log.at(-1) });
      return end.code;
    }
    const verdict = readVerdict(end);
    switch (verdict.kind) {
      case 'fault':
        throw verdict.fault;
      case 'wrong-host':
        throw fail('HOST_KEY_WRONG', { machine: machine.name, command: logs }, { details: end.log });
      case 'unknown':
        throw fail(
          'SSH_FAILED',
          { machine: machine.name, reason: verdict.reason, command: logs },
          { details: end.log },
        );
      case 'refused':
        if (attempt >= attempts || (await missingForLogin(place)).length > 0) {
          throw await loginDenied(place, login.identity, 'the machine does not accept the key');
        }
        run.report.info(`${machine.name} does not know the key yet; trying again`);
        await run.clock.sleep(pause, run.stop);
    }
  }
}

/** The only machine, or the first one that is ready; says which it is. Throws MACHINE_DOWN when none runs. */
async function anyMachine({ run, http }: Session, { deployment, machines }: FoundMachines): Promise<Instance> {
  const running = machines.filter(({ status }) => status === 'RUNNING');
  const [first] = running;
  if (!first) {
    const reason = machines.length === 0 ? 'it has no machine' : 'none of its machines runs';
    throw down(run, deployment.prefix, reason);
  }
  if (machines.length === 1) return first;
  for (const machine of running.slice(0, mostAsked)) {
    const { name, zone } = machine;
    const words = await getGuestAttributes(http, deployment.project, lastPart(zone), name, 'cluster-provision');
    if (readWords(words).state !== 'ready') continue;
    run.report.info(`${name}, the first machine of ${machines.length} that is ready`);
    return machine;
  }
  run.report.info(`${first.name}, which is not ready, as no machine is`);
  return first;
}

function down(run: Run, machine: string, reason: string): Error {
  return fail('MACHINE_DOWN', { machine, reason, command: nextCommand(run, 'status') });
}
