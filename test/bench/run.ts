import { table } from '../../src/core/table.ts';
import type { Row } from './row.ts';

// Prints what was measured as a table, or with --json as rows of {name, value, reach, ok}. Ratios are taken within one run,
// because machines differ and drift. A word on the command line picks the groups whose name holds it.
const groups: readonly { name: string; rows(): Promise<Row[]> }[] = [
  { name: 'start-up', rows: async () => (await import('./start-up.ts')).startUpRows() },
  { name: 'create', rows: async () => (await import('./create.ts')).createRows() },
  { name: 'copy', rows: async () => (await import('./copy.ts')).copyRows() },
  { name: 'bucket', rows: async () => (await import('./bucket.ts')).bucketRows() },
  { name: 'image', rows: async () => (await import('./image.ts')).imageRows() },
];

const json = process.argv.includes('--json');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const rows: Row[] = [];
for (const group of groups) {
  if (wanted.length > 0 && !wanted.some((word) => group.name.includes(word))) continue;
  const measured = await group.rows();
  rows.push(...measured);
  if (!json)
    for (const line of table(measured.map((row) => [mark(row), row.name, row.value, row.reach]))) console.log(line);
}
if (json) console.log(JSON.stringify(rows, undefined, 2));
process.exit(rows.some(({ ok }) => ok === false) ? 1 : 0);

function mark({ ok, reach }: Row): string {
  if (ok === undefined) return reach === '' ? 'skip' : '    ';
  return ok ? 'ok  ' : 'MISS';
}
