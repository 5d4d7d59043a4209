import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { groupFiles, shardBytes } from '../../src/copy/group.ts';
import type { TreeFile } from '../../src/copy/tree.ts';

function file(path: string, size: number): TreeFile {
  return { path, mode: 0o644, stamp: { size, inode: 1, modified: 1, changed: 1 } };
}

/** Each group as one text, in which only what makes the shard is named. */
function keys(files: TreeFile[]): Set<string> {
  const sorted = files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  return new Set(
    groupFiles(sorted).map((group) =>
      (group.kind === 'parts' ? [group.file] : group.files).map(({ path, stamp }) => `${path} ${stamp.size}`).join(),
    ),
  );
}

function changedGroups(before: TreeFile[], after: TreeFile[]): number {
  const old = keys(before);
  return [...keys(after)].filter((key) => !old.has(key)).length;
}

const names = Array.from({ length: 5000 }, (_, index) => `some/path/to/a/file-${index}`);

describe('groups', () => {
  it('hold every file once, in order, and never more than a shard', () => {
    const sizes = fc.array(fc.oneof(fc.nat(5000), fc.nat(3_000_000), fc.integer({ min: 8_388_000, max: 8_389_000 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(sizes, (some) => {
        const files = some.map((size, index) => file(`f${String(index).padStart(3, '0')}`, size));

        const groups = groupFiles(files);

        const archived = groups.flatMap((group) => (group.kind === 'archive' ? group.files : []));
        const large = groups.flatMap((group) => (group.kind === 'parts' ? [group.file] : []));
        expect(archived).toEqual(files.filter(({ stamp }) => stamp.size <= shardBytes));
        expect(large).toEqual(files.filter(({ stamp }) => stamp.size > shardBytes));
        for (const group of groups) {
          if (group.kind === 'parts') continue;
          expect(group.files.reduce((sum, { stamp }) => sum + stamp.size, 0)).toBeLessThanOrEqual(shardBytes);
        }
      }),
    );
  });

  it('are about half full on average, so that few are cut because they are full', () => {
    const groups = groupFiles(names.map((name) => file(name, 20_000)));

    expect(groups.length).toBeGreaterThan(14);
    expect(groups.length).toBeLessThan(50);
  });

  it.each<[what: string, change: (files: TreeFile[]) => TreeFile[]]>([
    ['is added', (files) => [...files, file('some/path/to/a/file-2500a', 7000)]],
    ['is removed', (files) => files.toSpliced(2500, 1)],
    ['is ten times as long', (files) => files.toSpliced(2500, 1, file(names[2500] ?? '', 200_000))],
    ['becomes larger than a shard', (files) => files.toSpliced(2500, 1, file(names[2500] ?? '', 9_000_000))],
  ])('stay the same but for a few when one file %s', (_, change) => {
    const files = names.map((name) => file(name, 20_000));

    const changed = changedGroups(files, change(files));

    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThanOrEqual(4);
  });
});
