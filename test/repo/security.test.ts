import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const docs = join(import.meta.dirname, '../../docs');
const text = readFileSync(join(docs, 'security.md'), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| ') && !/^\| (control|---)/.test(line));
const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path);

it('names only files that there are', () => {
  expect(links.filter((path) => !existsSync(join(docs, path)))).toEqual([]);
});

it('names for every control where it is, and a test that proves it', () => {
  const wanting = rows.filter((row) => {
    const [, , how = '', proof = ''] = row.split('|');
    return !how.includes('](') || !/\]\(\.\.\/test\/\S+\.test\.ts\)/.test(proof);
  });

  expect(rows.length).toBeGreaterThan(20);
  expect(wanting).toEqual([]);
});
