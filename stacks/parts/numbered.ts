/** The name of the n-th thing of a kind: the first has no number, `net`, `net-1`, `net-2` … */
export function numbered(name: string, separator: '-' | '_', index: number): string {
  return index === 0 ? name : `${name}${separator}${index}`;
}
