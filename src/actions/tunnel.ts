import { pipeline } from 'node:stream/promises';

import { fail } from '../core/faults.ts';
import { lastPart } from '../google/compute-machines.ts';
import type { Instance } from '../google/compute-machines.ts';
import { identify } from '../google/identity.ts';
import { loginDenied } from '../login/denied.ts';
import { RelayRefused } from '../tunnel/relay.ts';
import { openWay } from '../tunnel/way.ts';
import type { Action } from './action.ts';
import { findMachines, machineNamed } from './find-machines.ts';
import { nextCommand } from './next-command.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

/** Tunnel: joins standard input and output to a port of a machine, until one side ends. It is what ssh is started with. */
export const tunnel: Action = {
  name: 'tunnel',
  async run(run) {
    await using session = await openSession(run);
    const [name = '', port = '22'] = run.options.operands;
    const machine = machineNamed(await findMachines(session), name);
    const { input, output } = run.streams();
    try {
      const stream = await openWay({
        base: session.cloud.endpoints.tunnel,
        token: () => session.cloud.tokens.token(),
        project: run.options.projectId,
        zone: lastPart(machine.zone),
        machine: machine.name,
        port: Number(port),
        address: machine.networkInterfaces[0]?.accessConfigs[0]?.natIP,
        onNote: (text) => run.report.info(text),
        clock: run.clock,
      });
      // The end of the input ends the stream, and with the stream all is over: what goes wrong on the way there shows here.
      pipeline(input, stream).catch(() => undefined);
      await pipeline(stream, output, { end: false, signal: run.stop });
      await new Promise((written) => output.write('', written));
      return 0;
    } catch (error) {
      if (run.stop.aborted || isGoodbye(error)) return 0;
      throw await refusal(session, machine, port, error);
    }
  },
};

// Whoever reads our output has had enough: ssh does not wait for its tunnel.
function isGoodbye(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE';
}

/** The fault for what the relay or the network said. https://cloud.google.com/iap/docs/using-tcp-forwarding */
async function refusal(session: Session, machine: Instance, port: string, error: unknown): Promise<Error> {
  const { run, cloud, http } = session;
  const { name } = machine;
  const command = nextCommand(run, 'logs', name);
  const { message } = error as Error;
  const context = { cause: error, google: message };
  switch (error instanceof RelayRefused ? error.code : undefined) {
    case 4003:
      return fail('PORT_CLOSED', { port, machine: name, command }, context);
    case 401:
    case 403:
    case 4033: {
      const place = { cloud, http, project: run.options.projectId, machine };
      return loginDenied(place, await identify(cloud, http), message);
    }
    case 404:
    case 4047:
    case 4051:
      return fail('MACHINE_DOWN', { machine: name, reason: 'Google does not find it running', command }, context);
    default:
      return fail('TUNNEL_FAILED', { port, machine: name, reason: message }, context);
  }
}
