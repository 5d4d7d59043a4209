/** `1 machine`, `2 machines`; `many` for a word that does not take an s. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
