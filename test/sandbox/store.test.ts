import { describe, expect, it } from 'vitest';

import { createStore } from '../../src/sandbox/store.ts';

describe('createStore', () => {
  it('lists the values of a prefix in the order of their keys', () => {
    const store = createStore(() => 0);

    for (const key of ['b/2', 'a/1', 'b/10', 'c/1', 'b/1']) store.put('things', key, { key });

    expect(store.list('things', 'b/')).toEqual([{ key: 'b/1' }, { key: 'b/10' }, { key: 'b/2' }]);
  });

  it('orders keys by their UTF-8 bytes, as Google does, and not by UTF-16 units', () => {
    const store = createStore(() => 0);

    for (const key of ['\u{1f600}', '\uff5e', 'z', 'é']) store.put('things', key, { key });

    expect(store.list<{ key: string }>('things').map(({ key }) => key)).toEqual(['z', 'é', '\uff5e', '\u{1f600}']);
  });

  it('goes on where a reader asks it to start', () => {
    const store = createStore(() => 0);
    for (const key of ['a/1', 'a/2', 'a/3', 'b/1']) store.put('things', key, { key });

    const keys = Array.from(store.entries('things', 'a/', 'a/2'), ([key]) => key);

    expect(keys).toEqual(['a/2', 'a/3']);
  });

  it('neither skips nor repeats an entry when the reader deletes what it reads', () => {
    const store = createStore(() => 0);
    for (const key of ['a', 'b', 'c', 'd']) store.put('things', key, { key });
    const seen: string[] = [];

    for (const [key] of store.entries('things')) {
      seen.push(key);
      store.delete('things', key);
    }

    expect(seen).toEqual(['a', 'b', 'c', 'd']);
    expect(store.list('things')).toEqual([]);
  });

  it('tells watchers every put and delete of their kind, until they stop', () => {
    const store = createStore(() => 0);
    const told: unknown[] = [];
    const stop = store.watch('things', (key, value) => told.push([key, value]));

    store.put('things', 'a', { n: 1 });
    store.put('others', 'a', { n: 2 });
    store.delete('things', 'a');
    store.delete('things', 'a');
    stop();
    store.put('things', 'a', { n: 3 });

    expect(told).toEqual([
      ['a', { n: 1 }],
      ['a', undefined],
    ]);
  });

  it('gives ids that rise even when the clock goes back', () => {
    let now = 2_000;
    const store = createStore(() => now);

    const ids = [store.nextId(), store.nextId()];
    now = 1_000;
    ids.push(store.nextId());

    expect(ids).toEqual(['2000000', '2000001', '2000002']);
  });
});
