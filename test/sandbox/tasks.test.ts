import { describe, expect, it } from 'vitest';

import { poll } from '../../src/core/poll.ts';
import { defineService } from '../../src/sandbox/service.ts';
import type { World } from '../../src/sandbox/service.ts';
import { createStore } from '../../src/sandbox/store.ts';
import { serve } from './_support/serve.ts';

const clockwork = defineService({
  host: 'clockwork.googleapis.com',
  mount: '/clockwork.googleapis.com',
  notModelled: [],
  routes: {},
  effects: {
    'clockwork.strike': ({ store }: World, { hour }: { hour: string }) => store.put('strikes', hour, { hour }),
    'clockwork.break': () => {
      throw new Error('a spring is broken');
    },
  },
});

describe('tasks', () => {
  it('are done once, when their time has come', async () => {
    const { world } = await serve({ services: [clockwork] });

    world.tasks.after(10, 'clockwork.strike', { hour: 'one' });
    const before = world.store.list('strikes');
    await poll(async () => world.store.get('strikes', 'one'), { every: 2, timeout: 5_000 });

    expect(before).toEqual([]);
    expect(world.store.list('strikes')).toEqual([{ hour: 'one' }]);
    expect(world.store.list('tasks')).toEqual([]);
  });

  it('are not done when they are cancelled', async () => {
    const { world } = await serve({ services: [clockwork] });

    world.tasks.cancel(world.tasks.after(1, 'clockwork.strike', { hour: 'one' }));
    world.tasks.after(5, 'clockwork.strike', { hour: 'two' });
    await poll(async () => world.store.get('strikes', 'two'), { every: 2, timeout: 5_000 });

    expect(world.store.list('strikes')).toEqual([{ hour: 'two' }]);
  });

  it('are done by the next process when theirs ended before', async () => {
    const store = createStore(() => Date.now());
    const first = await serve({ services: [clockwork], store });
    first.world.tasks.after(20, 'clockwork.strike', { hour: 'late' });
    await first.close();

    await serve({ services: [clockwork], store });
    const struck = await poll(async () => store.get('strikes', 'late'), { every: 2, timeout: 5_000 });

    expect(struck).toEqual({ hour: 'late' });
  });

  it('report their bugs and go on', async () => {
    const { world, bugs } = await serve({ services: [clockwork] });

    world.tasks.after(0, 'clockwork.break', {});
    world.tasks.after(5, 'clockwork.strike', { hour: 'after' });
    await poll(async () => world.store.get('strikes', 'after'), { every: 2, timeout: 5_000 });

    expect(bugs).toEqual([expect.objectContaining({ message: 'a spring is broken' })]);
  });
});
