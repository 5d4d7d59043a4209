import { expect, it } from 'vitest';

import { createGate } from '../../src/copy/gate.ts';

const never = new AbortController().signal;

/** Says who is inside. */
function visitors(gate: ReturnType<typeof createGate>, inside: string[]) {
  return async (name: string, weight: number, signal = never): Promise<void> => {
    await gate.enter(weight, signal);
    inside.push(name);
  };
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('lets in what fits, and the rest in order when there is room', async () => {
  const gate = createGate(10);
  const inside: string[] = [];
  const visit = visitors(gate, inside);
  void visit('a', 6);
  void visit('b', 5);
  void visit('c', 1);
  await soon();
  const first = [...inside];

  gate.leave(6);
  await soon();

  expect(first).toEqual(['a']);
  expect(inside).toEqual(['a', 'b', 'c']);
});

it('lets in alone what is heavier than all it may hold', async () => {
  const gate = createGate(10);
  const inside: string[] = [];
  const visit = visitors(gate, inside);
  void visit('heavy', 25);
  void visit('light', 1);
  await soon();
  const first = [...inside];

  gate.leave(25);
  await soon();

  expect(first).toEqual(['heavy']);
  expect(inside).toEqual(['heavy', 'light']);
});

it('forgets who gave up waiting', async () => {
  const gate = createGate(10);
  const inside: string[] = [];
  const visit = visitors(gate, inside);
  const stop = new AbortController();
  void visit('a', 6);
  const waiting = visit('b', 9, stop.signal);
  void visit('c', 4);

  stop.abort(new Error('enough'));

  await expect(waiting).rejects.toThrow('enough');
  await soon();
  expect(inside).toEqual(['a', 'c']);
});

it('lets nobody in who has been told to stop', async () => {
  const gate = createGate(10);

  await expect(gate.enter(1, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
