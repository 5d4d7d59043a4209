import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  dictionary,
  nat,
  oneof,
  option,
  property,
  record,
} from 'fast-check';
import { describe, expect, it } from 'vitest';

import { openJournal } from '../../src/sandbox/journal.ts';
import { createStore } from '../../src/sandbox/store.ts';
import { temporaryFolder } from './_support/temporary.ts';

describe('openJournal', () => {
  it('gives back what was put, changed and deleted before', () => {
    const file = join(temporaryFolder(), 'journal.jsonl');
    const journal = openJournal(file);
    const store = createStore(() => 5, journal);
    store.put('things', 'a', { n: 1 });
    store.put('things', 'b', { n: 2 });
    store.put('things', 'a', { n: 3 });
    store.delete('things', 'b');
    const id = store.nextId();
    store.put('others', 'x', { id });
    journal.close();

    const again = createStore(() => 0, openJournal(file));

    expect(again.list('things')).toEqual([{ n: 3 }]);
    expect(again.list('others')).toEqual([{ id }]);
    expect(Number(again.nextId())).toBeGreaterThan(Number(id));
  });

  it('writes the changes of one turn as one line, so that a kill leaves all of them or none', async () => {
    const file = join(temporaryFolder(), 'journal.jsonl');
    const store = createStore(() => 0, openJournal(file));

    store.put('objects', 'new', {});
    store.delete('objects', 'new');
    store.put('objects', 'newer', {});
    await Promise.resolve();

    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });

  it('can be read after a kill at any byte, up to the last whole line', async () => {
    const file = join(temporaryFolder(), 'journal.jsonl');
    const store = createStore(() => 0, openJournal(file));
    for (let n = 0; n < 20; n += 1) {
      store.put('things', `key-${n}`, { n, text: 'é'.repeat(n) });
      await Promise.resolve();
    }
    const whole = readFileSync(file);

    assert(
      property(nat(whole.length), (length) => {
        const torn = whole.subarray(0, length);
        writeFileSync(`${file}.torn`, torn);
        const lines = torn.toString('latin1').split('\n').length - 1;
        expect(createStore(() => 0, openJournal(`${file}.torn`)).list('things')).toHaveLength(lines);
      }),
      { numRuns: 60 },
    );
  });

  it('goes on behind the last whole line after a torn one', () => {
    const file = join(temporaryFolder(), 'journal.jsonl');
    const journal = openJournal(file);
    createStore(() => 0, journal).put('things', 'a', { n: 1 });
    journal.close();
    appendFileSync(file, '{"n":0,"c":[["things","b",{"n"');

    const second = openJournal(file);
    createStore(() => 0, second).put('things', 'c', { n: 3 });
    second.close();

    expect(createStore(() => 0, openJournal(file)).list('things')).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it('is written anew on opening when most of it is history', async () => {
    const file = join(temporaryFolder(), 'journal.jsonl');
    const journal = openJournal(file);
    const store = createStore(() => 0, journal);
    for (let n = 0; n < 500; n += 1) {
      store.put('things', 'same', { n });
      await Promise.resolve();
    }
    journal.close();
    const before = statSync(file).size;

    const again = createStore(() => 0, openJournal(file));

    expect(again.list('things')).toEqual([{ n: 499 }]);
    expect(statSync(file).size).toBeLessThan(before / 100);
  });

  it('is written anew while it is used, when it has grown large on little', async () => {
    const file = join(temporaryFolder(), 'journal.jsonl');
    const store = createStore(() => 0, openJournal(file));
    const text = 'x'.repeat(1024 * 1024);

    for (let n = 0; n < 20; n += 1) {
      store.put('things', 'same', { text: `${n} ${text}` });
      await Promise.resolve();
    }

    expect(statSync(file).size).toBeLessThan(6 * 1024 * 1024);
    expect(createStore(() => 0, openJournal(file)).list('things')).toEqual([{ text: `19 ${text}` }]);
  });

  it('stays as it is, and in use, when it cannot be written anew', async () => {
    const file = join(temporaryFolder(), 'journal.jsonl');
    const store = createStore(() => 0, openJournal(file));
    mkdirSync(`${file}.new`);

    for (let n = 0; n < 20; n += 1) {
      store.put('things', 'same', { text: `${n} ${'x'.repeat(1024 * 1024)}` });
      await Promise.resolve();
    }

    expect(statSync(file).size).toBeGreaterThan(20 * 1024 * 1024);
  });

  it('writes a long text once, whoever has it, and gives it back to all', async () => {
    const file = join(temporaryFolder(), 'journal.jsonl');
    const store = createStore(() => 0, openJournal(file));
    const script = `#!/bin/bash\n${'echo é\n'.repeat(10_000)}`;
    const machine = (n: number) => ({
      n,
      items: [
        { key: 'startup-script', value: script },
        { key: '\u0001', value: '\u00010' },
      ],
    });

    for (let n = 0; n < 20; n += 1) {
      store.put('machines', `${n}`.padStart(2, '0'), machine(n));
      await Promise.resolve();
    }

    expect(statSync(file).size).toBeLessThan(2 * script.length);

    const journal = openJournal(file);
    const again = createStore(() => 0, journal);
    expect(again.list('machines')).toEqual(Array.from({ length: 20 }, (_, n) => machine(n)));
    again.put('machines', '99', machine(99));
    journal.close();
    expect(
      createStore(() => 0, openJournal(file))
        .list('machines')
        .at(-1),
    ).toEqual(machine(99));
  });

  it('writes of a value that was there only what has changed', async () => {
    const file = join(temporaryFolder(), 'journal.jsonl');
    const store = createStore(() => 0, openJournal(file));
    store.put('things', 'a', { state: 'new', tags: ['x', 'y'], note: 'n' });
    await Promise.resolve();
    const { tags } = store.get<{ tags: string[] }>('things', 'a')!;
    const before = statSync(file).size;

    store.put('things', 'a', { state: 'old', tags, note: undefined });
    await Promise.resolve();

    const line = readFileSync(file).subarray(before).toString();
    expect(JSON.parse(line)).toMatchObject({ c: [['things', 'a', { state: 'old' }, ['note']]] });
    expect(createStore(() => 0, openJournal(file)).list('things')).toEqual([{ state: 'old', tags: ['x', 'y'] }]);
  });

  it('gives back whatever was changed in whatever way', async () => {
    const part = option(oneof(constant('a'), array(nat(3)), constant({ deep: [1] })), { nil: undefined });
    const change = record({
      key: constantFrom('k', 'l'),
      drop: boolean(),
      keep: boolean(),
      fields: dictionary(constantFrom('a', 'b', 'c'), part),
    });

    await assert(
      asyncProperty(array(change), async (changes) => {
        const file = join(temporaryFolder(), 'journal.jsonl');
        const journal = openJournal(file);
        const store = createStore(() => 0, journal);
        for (const { key, drop, keep, fields } of changes) {
          if (drop) store.delete('things', key);
          else store.put('things', key, { ...(keep ? store.get<object>('things', key) : {}), ...fields });
          if (keep) await Promise.resolve();
        }
        journal.close();

        const again = createStore(() => 0, openJournal(file));
        expect([...again.entries('things')]).toEqual([...store.entries('things')]);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a file that is no journal instead of overwriting it', () => {
    const file = join(temporaryFolder(), 'journal.jsonl');
    writeFileSync(file, 'dear diary\n');

    expect(() => openJournal(file)).toThrow(SyntaxError);
    expect(readFileSync(file, 'utf8')).toBe('dear diary\n');
  });
});
