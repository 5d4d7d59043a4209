import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';

import { applyDifference, difference } from './difference.ts';
import type { Difference } from './difference.ts';
import { createSharedTexts } from './shared-texts.ts';
import type { Change, Keeping } from './store.ts';

/** A store's changes in a file: what was written is there after a kill at any moment. */
export interface Journal extends Keeping {
  /** Writes what is still waiting and closes the file. */
  close(): void;
}

// One line of the file: the changes of one turn of the event loop, all or none of which survive.
interface Line {
  /** The highest id given so far. */
  n: number;
  /** Long texts that have not come before. */
  t?: string[];
  /** The changes, with marks for long texts. */
  c: Written[];
}

// A change as it is written: of a value that was there already only what is new.
type Written = Change | readonly [kind: string, key: string, ...Difference];

// A file is written anew when it is this large (bytes) and four times as large as what is alive in it.
const compactFrom = 16 * 1024 * 1024;
const readSize = 1024 * 1024;

/**
 * Opens the journal in `file` or begins one; compacts it where most of it is history. A last line that a kill has cut
 * off is forgotten. Throws SyntaxError when the file is no journal.
 */
export function openJournal(file: string): Journal {
  const live = new Map<string, Map<string, object>>();
  let texts = createSharedTexts();
  let lastId = 0;
  let waiting: Written[] = [];
  let failure: unknown;
  let size = 0;
  let sizeWhenCompact = 0;
  rmSync(`${file}.new`, { force: true });
  const isNew = !existsSync(file);
  let fd = openSync(file, isNew ? 'wx+' : 'r+');
  let lines = 0;
  for (const line of readLines(fd)) {
    const { n, t = [], c } = JSON.parse(line.text) as Line;
    texts.add(t);
    if (line.text.includes(String.raw`"\u0001`)) texts.unpack(c);
    for (const written of c) apply(live, read(live, written));
    lastId = n;
    size = line.end;
    lines += 1;
  }
  ftruncateSync(fd, size);
  if (lines > 1.2 * count(live) + 100) compactIfPossible();
  sizeWhenCompact = size;

  function write(changes: readonly Written[]): void {
    const { json, fresh } = texts.pack(changes);
    const added = fresh.length > 0 ? `,"t":${JSON.stringify(fresh)}` : '';
    const bytes = Buffer.from(`{"n":${lastId}${added},"c":${json}}\n`);
    // With a position, so that a write that failed half-way is written over.
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, size + done);
    size += bytes.length;
    texts.add(fresh);
  }
  function flush(): void {
    if (waiting.length === 0) return;
    try {
      write(waiting);
      waiting = [];
      failure = undefined;
      if (size > compactFrom && size > 4 * sizeWhenCompact) compactIfPossible();
    } catch (error) {
      failure = error;
    }
  }
  function compact(): void {
    const old = { fd, size, texts };
    [fd, size, texts] = [openSync(`${file}.new`, 'w+'), 0, createSharedTexts()];
    try {
      for (const [kind, values] of live) {
        for (const [key, value] of values) write([[kind, key, value]]);
      }
      if (size === 0) write([]);
      fsyncSync(fd);
      renameSync(`${file}.new`, file);
    } catch (error) {
      closeSync(fd);
      ({ fd, size, texts } = old);
      throw error;
    }
    closeSync(old.fd);
    sizeWhenCompact = size;
  }
  // A journal that cannot be written anew (the disk has no room for both) is a long one, not a broken one.
  function compactIfPossible(): void {
    try {
      compact();
    } catch {
      sizeWhenCompact = size;
    }
  }

  return {
    lastId,
    changes: [...live].flatMap(([kind, values]) => [...values].map(([key, value]): Change => [kind, key, value])),
    record(change, id) {
      // A full disk must not go unnoticed: from the failed write on, every change is refused until one succeeds.
      if (failure) {
        flush();
        if (failure) throw failure as Error;
      }
      lastId = id;
      const [kind, key, value] = change;
      const before = value && live.get(kind)?.get(key);
      const changed = before && difference(before, value);
      apply(live, change);
      if (waiting.push(changed ? [kind, key, ...changed] : change) === 1) queueMicrotask(flush);
    },
    close() {
      flush();
      fsyncSync(fd);
      closeSync(fd);
    },
  };
}

function apply(live: Map<string, Map<string, object>>, [kind, key, value]: Change): void {
  if (!value) {
    live.get(kind)?.delete(key);
    return;
  }
  const values = live.get(kind);
  if (values) values.set(key, value);
  else live.set(kind, new Map([[key, value]]));
}

function read(live: Map<string, Map<string, object>>, written: Written): Change {
  const [kind, key, value, gone] = written;
  if (gone === undefined) return written as Change;
  return [kind, key, applyDifference(live.get(kind)?.get(key) ?? {}, [value as Difference[0], gone])];
}

function count(live: Map<string, Map<string, object>>): number {
  let sum = 0;
  for (const values of live.values()) sum += values.size;
  return sum;
}

// Whole lines with the place where they end; what follows the last line feed is left out.
function* readLines(fd: number): Generator<{ text: string; end: number }> {
  const chunk = Buffer.alloc(readSize);
  let rest: Buffer = Buffer.alloc(0);
  let end = 0;
  for (let at = 0; ;) {
    const length = readSync(fd, chunk, 0, chunk.length, at);
    if (length === 0) return;
    at += length;
    rest = Buffer.concat([rest, chunk.subarray(0, length)]);
    let from = 0;
    for (let feed = rest.indexOf(10); feed !== -1; feed = rest.indexOf(10, from)) {
      end += feed + 1 - from;
      yield { text: rest.toString('utf8', from, feed), end };
      from = feed + 1;
    }
    rest = Buffer.from(rest.subarray(from));
  }
}
