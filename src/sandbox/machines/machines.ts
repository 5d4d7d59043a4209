import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';

import type { Clock } from '../../core/clock.ts';
import type { World } from '../service.ts';
import { deleteGuestAttributes, guestAttributes } from './guest-attributes.ts';
import type { Instance } from './instance.ts';
import { lastOf } from './instance.ts';
import { bootMachine } from './boot.ts';
import type { Booted, Roots } from './boot.ts';
import { forgetLocalSsds, machineFolder } from './machine-folder.ts';
import { whyNoNamespaces } from './namespaces.ts';
import { whyNoMachines } from './runnable.ts';
import { deleteSerialPort } from './serial-port.ts';
import { createSimulation } from './simulation.ts';
import { connectToSshd } from './sshd.ts';

/** How the machines of a sandbox are run. */
export interface MachinesOptions {
  /** Where the machines keep their disks: the sandbox's folder. */
  dir: string;
  /** off: nothing runs, readiness is simulated at once; for thousands of machines. */
  mode: 'on' | 'off';
  /** Paths of the host whose content no machine may see: the operator's home, the project's checkout. */
  hidden: readonly string[];
  /** PATH of machines that have no root of their own; without a bash in it nothing runs. */
  path: string;
  /** `plain` does without namespaces where they could be had. */
  roots?: 'best' | 'plain';
  /** Told what goes wrong in our own code. */
  onBug?: (error: unknown) => void;
}

/** The running machines of a sandbox. */
export interface Machines extends AsyncDisposable {
  /** How they run, and why not better. */
  roots: Roots | { kind: 'simulated'; why?: string };
  /** A connection to a port of a machine (`Ports` in service.ts), which is woken for it. */
  connect(key: string, port: number): Promise<Duplex | undefined>;
  /** Resolves when no machine is being started or stopped. */
  settled(): Promise<void>;
  /** Kills every process of every machine; their disks stay. */
  close(): Promise<void>;
}

// What is known of a machine beyond its instance, so that a later process goes on where this one stopped.
interface Kept {
  id: string;
  /** The start and the metadata that the start-up script has finished with; `''`: not with the present ones. */
  finishedWith?: string;
}

interface Running {
  started: string | undefined;
  /** Its script had come to its end in an earlier boot. */
  again: boolean;
  finished: boolean;
  booted: Booted;
}

// Milliseconds that is waited for machines that have been ready before and are about to be so again.
const patience = 8_000;

const kind = 'machines';
const sshPort = 22;

/**
 * Boots every instance that is RUNNING and ends what is not: now, and with every change of the store. A machine whose
 * start-up script had not finished when the sandbox was closed boots again; one that had sleeps until its metadata changes.
 */
export async function startMachines(world: World, options: MachinesOptions): Promise<Machines> {
  const onBug = options.onBug ?? ((error: unknown) => process.emitWarning(error as Error));
  if (options.mode === 'off') return simulated(world, onBug);
  const why = await whyNoMachines(options.dir, options.path);
  if (why !== undefined) return simulated(world, onBug, why);

  const roots = await chooseRoots(options);
  const running = new Map<string, Running>();
  const queues = new Map<string, Promise<void>>();
  let closing = false;
  const stopWatching = world.store.watch('instances', (key) => settle(key));
  for (const [key] of world.store.entries('instances')) settle(key);
  for (const [key] of world.store.entries(kind)) settle(key);

  // One change of a machine at a time; changes that come meanwhile are seen by the next look.
  function settle(key: string): void {
    const queue = (queues.get(key) ?? Promise.resolve())
      .then(() => (closing ? undefined : look(key)))
      .catch(onBug)
      .finally(() => {
        if (queues.get(key) === queue) queues.delete(key);
      });
    queues.set(key, queue);
  }

  async function look(key: string): Promise<void> {
    const instance = world.store.get<Instance>('instances', key);
    const kept = world.store.get<Kept>(kind, key);
    if (kept && kept.id !== instance?.id) await remove(key, kept);
    if (!instance) return;
    const now = running.get(key);
    if (instance.status !== 'RUNNING') {
      if (/^(STOPPING|STOPPED|TERMINATED|SUSPENDING|SUSPENDED)$/.test(instance.status)) await stop(key, true);
      return;
    }
    if (now && now.started === instance.lastStartTimestamp) return;
    if (now) await stop(key, false);
    const asleep = world.store.get<Kept>(kind, key)?.finishedWith === bootDigest(instance);
    if (!asleep) await boot(key, instance);
  }

  async function boot(key: string, instance: Instance): Promise<void> {
    const folder = folderOf(key, instance);
    const again = world.store.get<Kept>(kind, key)?.finishedWith !== undefined;
    world.store.put(kind, key, { id: instance.id, ...(again ? { finishedWith: '' } : {}) } satisfies Kept);
    const booted = await bootMachine(world, key, instance, folder, roots, options);
    const machine: Running = { started: instance.lastStartTimestamp, again, finished: false, booted };
    running.set(key, machine);
    void booted.finished.then((ended) => {
      machine.finished = ended;
      if (ended && !closing && running.get(key) === machine) keepFinished(key, instance);
    }, onBug);
  }

  function keepFinished(key: string, instance: Instance): void {
    world.store.put(kind, key, { id: instance.id, finishedWith: bootDigest(instance) } satisfies Kept);
  }

  async function stop(key: string, diskless: boolean): Promise<void> {
    const found = running.get(key);
    running.delete(key);
    await found?.booted.kill();
    const kept = world.store.get<Kept>(kind, key);
    if (!diskless || !kept) return;
    await forgetLocalSsds(folderOf(key, kept));
    if (kept.finishedWith) world.store.put(kind, key, { id: kept.id, finishedWith: '' } satisfies Kept);
  }

  async function remove(key: string, kept: Kept): Promise<void> {
    await stop(key, false);
    world.store.delete(kind, key);
    deleteGuestAttributes(world.store, key);
    deleteSerialPort(world.store, key);
    // The last machine takes along what they shared.
    const isLast = world.store.list(kind).length === 0;
    const folder = folderOf(key, kept);
    await rm(isLast ? dirname(folder) : folder, { recursive: true, force: true, maxRetries: 5 });
  }

  function folderOf(key: string, { id }: { id: string }): string {
    return machineFolder(options.dir, { name: lastOf(key), id });
  }

  async function connect(key: string, port: number): Promise<Duplex | undefined> {
    if (port !== sshPort || closing) return undefined;
    await queues.get(key);
    const instance = world.store.get<Instance>('instances', key);
    if (instance?.status === 'RUNNING' && !running.has(key)) await wake(key, instance);
    const inside = running.get(key)?.booted.inside;
    return instance && inside ? connectToSshd(world, key, instance, inside) : undefined;
  }

  // A machine that sleeps has done its duties; it does them again, to have its mounts, before anybody is let in.
  async function wake(key: string, { id }: Instance): Promise<void> {
    world.store.put(kind, key, { id, finishedWith: '' } satisfies Kept);
    settle(key);
    await queues.get(key);
    await atMost(patience, [running.get(key)?.booted.finished ?? Promise.resolve()], world.clock);
  }

  async function settled(): Promise<void> {
    while (queues.size > 0) await Promise.all(queues.values());
  }

  async function close(): Promise<void> {
    await settled();
    const late = [...running].filter(([key, { again }]) => again || hasReported(world, key));
    await atMost(
      patience,
      late.map(([, { booted }]) => booted.finished),
      world.clock,
    );
    closing = true;
    stopWatching();
    await settled();
    for (const [key, { finished }] of running) {
      // Its watcher has dealt with the metadata that came after the script.
      const instance = world.store.get<Instance>('instances', key);
      if (instance && finished && hasReported(world, key)) keepFinished(key, instance);
    }
    await Promise.all(Array.from(running.values(), ({ booted }) => booted.kill()));
  }

  return { roots, connect, settled, close, [Symbol.asyncDispose]: close };
}

async function atMost(ms: number, promises: readonly Promise<unknown>[], clock: Clock): Promise<void> {
  const timer = new AbortController();
  await Promise.race([Promise.all(promises), clock.sleep(ms, timer.signal).catch(() => undefined)]);
  timer.abort();
}

async function chooseRoots({ dir, roots }: MachinesOptions): Promise<Roots> {
  const why = roots === 'plain' ? 'asked for' : await whyNoNamespaces(dir);
  return why === undefined ? { kind: 'namespaces' } : { kind: 'plain', why };
}

// The machine has said ready or failed: its script is at its last lines.
function hasReported(world: World, key: string): boolean {
  const status = guestAttributes(world.store, key, 'cluster-provision').find((attribute) => attribute.key === 'status');
  return status !== undefined && !status.value.includes('"running"');
}

// A start that is not this one, and metadata that are not these, are reasons to boot again.
function bootDigest(instance: Instance): string {
  const text = JSON.stringify([instance.lastStartTimestamp, instance.metadata?.items]);
  return createHash('sha256').update(text).digest('hex');
}

function simulated(world: World, onBug: (error: unknown) => void, why?: string): Machines {
  const simulation = createSimulation(world, onBug);
  return {
    roots: { kind: 'simulated', ...(why === undefined ? {} : { why }) },
    connect: () => Promise.resolve(undefined),
    settled: simulation.settled,
    close: simulation.close,
    [Symbol.asyncDispose]: simulation.close,
  };
}
