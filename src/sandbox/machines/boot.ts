import { mkdir } from 'node:fs/promises';

import type { World } from '../service.ts';
import type { Instance } from './instance.ts';
import { lastOf } from './instance.ts';
import { namespacedLaunch, plainLaunch } from './launch.ts';
import { giveHostKeys } from './host-keys.ts';
import { prepareFolder } from './machine-folder.ts';
import { startMetadataServer } from './metadata-server.ts';
import { startProcessTree } from './process-tree.ts';
import { openSerialConsole } from './serial-port.ts';
import { reportFailedScript } from './simulated-duties.ts';
import type { Inside } from './sshd.ts';

/** What a machine has for a root: one of its own, or (and why) only a folder. */
export type Roots = { kind: 'namespaces' } | { kind: 'plain'; why: string };

/** A machine that is on. */
export interface Booted {
  /** Whether the start-up script has come to its end, with any exit code. */
  finished: Promise<boolean>;
  /** The way into a machine with a root of its own. */
  inside?: Inside;
  /** Switches it off at once; its folder stays. */
  kill(): Promise<void>;
}

/** Switches the machine of `instance` on: its metadata server, its processes, its serial console. */
export async function bootMachine(
  world: World,
  key: string,
  instance: Instance,
  folder: string,
  roots: Roots,
  options: { hidden: readonly string[]; dir: string; path: string },
): Promise<Booted> {
  const serial = openSerialConsole(world.store, world.clock, key);
  const fault = world.faults.machine(instance.name);
  serial.write(`${bootLines(instance)}\n`);
  if (fault.silent) return nothing(serial);
  if (fault.scriptFails !== undefined) {
    reportFailedScript(world.store, key, fault.scriptFails);
    serial.write(scriptLine(world, instance, `startup-script exit status ${fault.scriptFails}`));
    return nothing(serial);
  }

  await mkdir(folder, { recursive: true });
  await prepareFolder(folder, instance, { gpus: fault.gpus });
  if (roots.kind === 'namespaces') await giveHostKeys(world.store, key, instance, folder);
  const metadata = await startMetadataServer(world, key);
  const around = { metadataHost: metadata.host, baseUrl: world.baseUrl };
  const launch =
    roots.kind === 'namespaces'
      ? await namespacedLaunch(folder, instance, around, [...options.hidden, options.dir])
      : await plainLaunch(folder, instance, around, options.path);
  const tree = startProcessTree(
    launch,
    eachLine((line) => serial.write(scriptLine(world, instance, `startup-script: ${line}`))),
  );

  return {
    finished: tree.script.then((code) => {
      if (code !== undefined) serial.write(scriptLine(world, instance, `startup-script exit status ${code}`));
      return code !== undefined;
    }),
    ...(roots.kind === 'namespaces' && tree.pid !== undefined ? { inside: { pid: tree.pid, env: launch.env } } : {}),
    async kill() {
      await tree.kill();
      await metadata[Symbol.asyncDispose]();
      serial.flush();
    },
  };
}

function nothing(serial: { flush(): void }): Booted {
  return { finished: Promise.resolve(false), kill: async () => serial.flush() };
}

function bootLines(instance: Instance): string {
  return `[    0.000000] Linux version 6.1.0-sandbox\n[    0.000000] DMI: Google Google Compute Engine/${lastOf(instance.machineType)}`;
}

// As Google's guest agent writes it.
function scriptLine(world: World, instance: Instance, text: string): string {
  const time = new Date(world.clock.now()).toUTCString().slice(5, -4);
  return `${time} ${instance.name} google_metadata_script_runner[712]: ${text}\n`;
}

function eachLine(use: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) use(line);
  };
}
