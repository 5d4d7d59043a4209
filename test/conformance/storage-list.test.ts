import { beforeEach, describe, expect, it } from 'vitest';

import { openTarget } from './storage-target.ts';
import type { StoredObject, Target } from './storage-target.ts';

interface Page {
  items?: StoredObject[];
  prefixes?: string[];
  nextPageToken?: string;
}

const names = ['a', 'a/', 'a/1', 'a/2', 'a/b/3', 'ab', 'b/x', 'c', 'z/y/x'];

describe('the list of objects', () => {
  let target: Target;
  let bucket: string;
  beforeEach(async () => {
    target = await openTarget();
    bucket = await target.bucket();
    await Promise.all(names.map((name) => target.put(bucket, name, name)));
  });

  it.each<[string, string, string[], string[]]>([
    ['everything in the order of names', '', names, []],
    ['a prefix', 'prefix=a/', ['a/', 'a/1', 'a/2', 'a/b/3'], []],
    ['a prefix that is no folder', 'prefix=a', ['a', 'a/', 'a/1', 'a/2', 'a/b/3', 'ab'], []],
    ['one level', 'delimiter=/', ['a', 'ab', 'c'], ['a/', 'b/', 'z/']],
    ['one level below a prefix', 'prefix=a/&delimiter=/', ['a/', 'a/1', 'a/2'], ['a/b/']],
    ['the folder objects too', 'delimiter=/&includeTrailingDelimiter=true', ['a', 'a/', 'ab', 'c'], ['a/', 'b/', 'z/']],
    ['from a name on', 'startOffset=ab', ['ab', 'b/x', 'c', 'z/y/x'], []],
    ['up to a name', 'endOffset=ab', ['a', 'a/', 'a/1', 'a/2', 'a/b/3'], []],
    ['a part in the middle', 'startOffset=a/2&endOffset=c&delimiter=/', ['ab'], ['a/', 'b/']],
    ['another delimiter', 'delimiter=b', ['a', 'a/', 'a/1', 'a/2', 'c', 'z/y/x'], ['a/b', 'ab', 'b']],
    ['nothing', 'prefix=q', [], []],
    [
      'what Terraform asks',
      'alt=json&delimiter=%2F&endOffset=&includeTrailingDelimiter=false&pageToken=&prefix=a%2F&startOffset=&versions=false',
      ['a/', 'a/1', 'a/2'],
      ['a/b/'],
    ],
  ])('shows %s', async (_what, query, items, prefixes) => {
    const page = await target.json<Page>(`/storage/v1/b/${bucket}/o?${query}`);

    expect((page.items ?? []).map(({ name }) => name)).toEqual(items);
    expect(page.prefixes ?? []).toEqual(prefixes);
    expect(page.nextPageToken).toBeUndefined();
  });

  it.each([1, 2, 3, 4, 100])('shows the same in pages of %i', async (size) => {
    const all: string[] = [];
    for (let token = ''; ;) {
      const query = `delimiter=/&maxResults=${size}&pageToken=${encodeURIComponent(token)}`;
      const page = await target.json<Page>(`/storage/v1/b/${bucket}/o?${query}`);
      const found = [...(page.items ?? []).map(({ name }) => name), ...(page.prefixes ?? [])];
      expect(found.length).toBeLessThanOrEqual(size);
      all.push(...found);
      if (!page.nextPageToken) break;
      token = page.nextPageToken;
    }

    expect(all.sort()).toEqual(['a', 'a/', 'ab', 'b/', 'c', 'z/']);
  });

  it('refuses a page token it never gave, and a size that is no number', async () => {
    const token = await target.ask(`/storage/v1/b/${bucket}/o?pageToken=bm9uc2Vuc2U`);
    const size = await target.ask(`/storage/v1/b/${bucket}/o?maxResults=many`);

    expect([token.status, size.status]).toEqual([400, 400]);
  });

  it('leaves out items and prefixes when there are none', async () => {
    expect(await target.json(`/storage/v1/b/${bucket}/o?prefix=q`)).toEqual({ kind: 'storage#objects' });
  });
});

describe('the list of versions', () => {
  it('shows each once, oldest first, in pages of any size', async () => {
    const target = await openTarget();
    const bucket = await target.bucket({ versioning: { enabled: true } });
    const written: string[] = [];
    for (const name of ['a', 'b']) {
      for (const text of ['1', '2', '3']) written.push((await target.put(bucket, name, text)).generation);
    }

    const seen: string[] = [];
    for (let token = ''; ;) {
      const query = `versions=true&maxResults=2&pageToken=${encodeURIComponent(token)}`;
      const page = await target.json<Page>(`/storage/v1/b/${bucket}/o?${query}`);
      seen.push(...(page.items ?? []).map(({ generation }) => generation));
      if (!page.nextPageToken) break;
      token = page.nextPageToken;
    }

    expect(seen).toEqual(written);
  });
});
