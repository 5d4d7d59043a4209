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

// What a machine has reported for: its id, its start, its metadata. Values of the store never change, so the same list is
// the same metadata; to compare their text would cost 60 KB a machine with every change.
interface Reported {
  id: string;
  started: string | undefined;
  items: object | undefined;
}

/** Reports for every machine that is RUNNING, all of a moment together, what its duties would have said. */
export function createSimulation(world: World, onBug: (error: unknown) => void): Simulation {
  const changed = new Set<string>();
  const known = new Map<string, Reported>();
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
    const { id, lastStartTimestamp: started, metadata } = instance;
    const before = known.get(key);
    const isSame = before?.id === id && before.started === started && before.items === metadata?.items;
    if (instance.status !== 'RUNNING' || isSame) return;
    known.set(key, { id, started, items: metadata?.items });
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
