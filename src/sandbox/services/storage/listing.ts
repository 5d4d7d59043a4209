import { byteOrder } from '../../order.ts';
import type { Request, Store } from '../../service.ts';
import { authorize } from './access.ts';
import { findBucket } from './bucket.ts';
import { objectView } from './object.ts';
import type { StoredObject } from './object.ts';
import { pageSize, pageStart, pageToken } from './pages.ts';

/** https://cloud.google.com/storage/docs/json_api/v1/objects/list */
export function listObjects(request: Request): object {
  const { store, query, params } = request;
  const bucket = findBucket(store, params['bucket'] ?? '');
  authorize(request, bucket, 'storage.objects.list');
  const page = walk(versions(store, bucket.name, query['versions'] === 'true'), query);
  return {
    kind: 'storage#objects',
    ...(page.nextPageToken ? { nextPageToken: page.nextPageToken } : {}),
    ...(page.prefixes.length > 0 ? { prefixes: page.prefixes } : {}),
    ...(page.items.length > 0 ? { items: page.items.map((item) => objectView(item, request.baseUrl)) } : {}),
  };
}

/** Objects whose names begin with a prefix, in order, from a name on. */
type Walk = (prefix: string, start: string) => Iterable<StoredObject>;

interface Page {
  items: StoredObject[];
  prefixes: string[];
  nextPageToken?: string;
}

function walk(objects: Walk, query: Request['query']): Page {
  const { prefix = '', delimiter = '', startOffset = '', endOffset = '' } = query;
  const page: Page = { items: [], prefixes: [] };
  const size = pageSize(query);
  let start = [pageStart(query), startOffset].sort(byteOrder).at(-1);
  while (start !== undefined) {
    const [from = '', generation = '0'] = start.split('\n');
    start = undefined;
    for (const object of objects(prefix, from)) {
      if (object.name === from && BigInt(object.generation) < BigInt(generation)) continue;
      if (endOffset && byteOrder(object.name, endOffset) >= 0) break;
      const group = groupOf(object.name, prefix, delimiter);
      if (page.items.length + page.prefixes.length >= size) {
        page.nextPageToken = pageToken(group ?? `${object.name}\n${object.generation}`);
        break;
      }
      if (group === undefined) {
        page.items.push(object);
        continue;
      }
      page.prefixes.push(group);
      if (object.name === group && query['includeTrailingDelimiter'] === 'true') page.items.push(object);
      // Everything else below that prefix is one entry of the answer: go on behind it.
      start = after(group);
      break;
    }
  }
  return page;
}

// The part of the name up to and with the first delimiter behind the prefix.
function groupOf(name: string, prefix: string, delimiter: string): string | undefined {
  if (!delimiter) return undefined;
  const end = name.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : name.slice(0, end + delimiter.length);
}

// The smallest name that is greater than every name beginning with `group` (which ends in a delimiter).
function after(group: string): string {
  const last = group.codePointAt(group.length - 1) ?? 0;
  return last < 0xd7ff ? group.slice(0, -1) + String.fromCodePoint(last + 1) : `${group}\u{10ffff}`;
}

function versions(store: Store, bucket: string, withNoncurrent: boolean): Walk {
  function* live(prefix: string, start: string): Generator<StoredObject> {
    for (const [, object] of store.entries<StoredObject>('objects', `${bucket}/${prefix}`, `${bucket}/${start}`))
      yield object;
  }
  function* noncurrent(prefix: string, start: string): Generator<StoredObject> {
    const entries = store.entries<StoredObject>('noncurrentObjects', `${bucket}/${prefix}`, `${bucket}/${start}`);
    for (const [, object] of entries) yield object;
  }
  if (!withNoncurrent) return live;
  return (prefix, start) => merge(live(prefix, start), noncurrent(prefix, start));
}

// Two sorted runs as one, older generations of a name first.
function* merge(left: Iterator<StoredObject>, right: Iterator<StoredObject>): Generator<StoredObject> {
  let a = left.next();
  let b = right.next();
  while (!a.done || !b.done) {
    if (b.done || (!a.done && compare(a.value, b.value) < 0)) {
      yield a.value as StoredObject;
      a = left.next();
    } else {
      yield b.value;
      b = right.next();
    }
  }
}

function compare(a: StoredObject, b: StoredObject): number {
  return byteOrder(a.name, b.name) || Number(BigInt(a.generation) - BigInt(b.generation));
}
