import type { Clock } from '../../core/clock.ts';

// A prefix longer than this leaves no room for the whole time within 63 characters.
const longestPrefix = 37;

/** Names in the form of the real provider's: the prefix, the time to a tenth of a millisecond, a counter. */
export function uniqueNames(clock: Clock): (prefix: string) => string {
  let count = 0;
  return (prefix) => {
    count += 1;
    const time = new Date(clock.now()).toISOString().replaceAll(/\D/g, '').padEnd(18, '0');
    const unique = time + count.toString(16).padStart(8, '0');
    return prefix + (prefix.length > longestPrefix ? unique.slice(-9) : unique);
  };
}
