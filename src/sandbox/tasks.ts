import type { Effect, World } from './service.ts';
import type { Timers } from './timers.ts';

/** Work that is done later by a named effect and survives a restart. */
export interface Tasks {
  /** Runs the effect `name` with `args` (JSON) after `ms` milliseconds; answers the task's id. */
  after(ms: number, name: string, args: object): string;
  cancel(id: string): void;
}

interface Task {
  id: string;
  /** Milliseconds since 1970. */
  due: number;
  effect: string;
  args: object;
}

/** Effects by name, of all services. */
export type Effects = ReadonlyMap<string, Effect>;

/** Tasks kept in the store; `resume` starts the ones that an earlier process left. */
export function createTasks(world: () => World, effects: Effects, timers: Timers): Tasks & { resume(): void } {
  const running = new Map<string, () => void>();

  function start(task: Task): void {
    const wait = Math.max(0, task.due - world().clock.now());
    running.set(
      task.id,
      timers.after(wait, () => finish(task)),
    );
  }
  function finish(task: Task): void {
    running.delete(task.id);
    world().store.delete('tasks', task.id);
    runEffect(effects, task.effect, world(), task.args);
  }

  return {
    after(ms, name, args) {
      const task: Task = { id: world().store.nextId(), due: world().clock.now() + ms, effect: name, args };
      world().store.put('tasks', task.id, task);
      start(task);
      return task.id;
    },
    cancel(id) {
      running.get(id)?.();
      running.delete(id);
      world().store.delete('tasks', id);
    },
    resume() {
      for (const task of world().store.list<Task>('tasks')) start(task);
    },
  };
}

/** Runs the effect called `name`; an unknown name is a bug (or a store written by another version). */
export function runEffect(effects: Effects, name: string, world: World, args: object): unknown {
  const effect = effects.get(name);
  if (!effect) throw new Error(`no service defines the effect ${name}`);
  return effect(world, args as never);
}
