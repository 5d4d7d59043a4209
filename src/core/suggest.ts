// Longer texts are no slips of the keyboard, and the table below is quadratic.
const longest = 64;

/**
 * The word of `words` that was most likely meant by `word`, or `undefined` when none is near: at most a third of the
 * letters may differ. A wrong digit weighs less than a wrong letter, and a near digit less than a far one, so that
 * `a2-highgpu-3g` leads to `a2-highgpu-2g`.
 */
export function suggest(word: string, words: Iterable<string>): string | undefined {
  if (word === '' || word.length > longest) return undefined;
  const given = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, given.length / 3);
  for (const candidate of words) {
    const distance = editDistance(given, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance || (distance === bestDistance && best === undefined)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * How many letters must be typed, dropped, replaced or swapped with their neighbour to get from `a` to `b`. Answers
 * Infinity as soon as it is clear that there are more than `limit`.
 */
export function editDistance(a: string, b: string, limit = Infinity): number {
  if (a.length > longest || b.length > longest || Math.abs(a.length - b.length) > limit) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const [from, to] = [a.charAt(row - 1), b.charAt(column - 1)];
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + replacing(from, to),
      );
      if (row > 1 && column > 1 && from === b.charAt(column - 2) && a.charAt(row - 2) === to) {
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      }
      current.push(cost);
    }
    [beforeLast, last] = [last, current];
    if (Math.min(...beforeLast, ...last) > limit) return Infinity;
  }
  return at(last, b.length);
}

function replacing(from: string, to: string): number {
  if (from === to) return 0;
  const bothDigits = isDigit(from) && isDigit(to);
  return bothDigits ? 0.5 + Math.abs(Number(from) - Number(to)) / 20 : 1;
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
