import { stripVTControlCharacters } from 'node:util';

/**
 * Lays rows out in columns two spaces apart. Where `width` (characters) is too small, the widest columns are cut with
 * an ellipsis until the table fits; `undefined` width means a file or a pipe: nothing is cut.
 */
export function table(rows: readonly (readonly string[])[], width?: number): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => visible(row[column] ?? ''))),
  );
  if (width !== undefined) shrink(widths, width);
  return rows.map((row) =>
    row
      .map((cell, column) => fit(cell, widths[column] ?? 0, column === row.length - 1))
      .join('  ')
      .trimEnd(),
  );
}

function shrink(widths: number[], width: number): void {
  const gaps = 2 * (widths.length - 1);
  while (widths.reduce((sum, each) => sum + each, gaps) > width) {
    const widest = Math.max(...widths);
    if (widest <= 8) return;
    widths[widths.indexOf(widest)] = widest - 1;
  }
}

function fit(cell: string, width: number, last: boolean): string {
  const length = visible(cell);
  if (length > width) return `${cell.slice(0, Math.max(0, width - 1))}…`;
  return last ? cell : cell + ' '.repeat(width - length);
}

function visible(text: string): number {
  return stripVTControlCharacters(text).length;
}
