/** The word as a shell reads it, with quotes where it needs some. */
export function shellWord(word: string): string {
  return /^[\w./:,@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
