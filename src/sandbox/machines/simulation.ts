import type { World } from '../service.ts';
import { deleteGuestAttributes } from './guest-attributes.ts';
import type { Instance } from './instance.ts';
import { gpusOf } from './instance.ts';
import { deleteSerialPort } from './serial-port.ts';
import { filesOf, reportDuties, reportFailedScript } from './simulated-duties.ts';

/** Machines that do not run: all that is known of them is what they would have reported. */
export interface Simulation {
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Reports for every machine that is RUNNING, all of a moment together, what its duties would have said. */
export function createSimulation(world: World, onBug: (error: unknown) => void): Simulation {
  const changed = new Set<string>();
  const known = new Map<string, string>();
  let round: Promise<void> | undefined;
  const stop = world.store.watch('instances', look);
  for (const [key] of world.store.entries('instances')) look(key);

  function look(key: string): void {
    changed.add(key);
    round ??= world.clock.sleep(10).then(run).catch(onBug);
  }

  async function run(): Promise<void> {
    for (const key of changed) {
      changed.delete(key);
      await report(key);
    }
    round = undefined;
  }

  async function report(key: string): Promise<void> {
    const instance = world.store.get<Instance>('instances', key);
    if (!instance) {
      known.delete(key);
      deleteGuestAttributes(world.store, key);
      deleteSerialPort(world.store, key);
      return;
    }
    const version = `${instance.id} ${instance.lastStartTimestamp} ${JSON.stringify(instance.metadata?.items ?? [])}`;
    if (instance.status !== 'RUNNING' || known.get(key) === version) return;
    known.set(key, version);
    const fault = world.faults.machine(instance.name);
    if (fault.silent) return;
    if (fault.scriptFails !== undefined) reportFailedScript(world.store, key, fault.scriptFails);
    else reportDuties(world.store, key, instance, fault.gpus ?? gpusOf(instance).count, await filesOf(world, instance));
  }

  async function settled(): Promise<void> {
    for (let now = round; now; now = round) await now;
  }
  return {
    settled,
    async close() {
      stop();
      await settled();
    },
  };
}
