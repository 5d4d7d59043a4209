/** One figure of the bench: what was measured, what it must reach, and whether it does. */
export interface Row {
  name: string;
  value: string;
  reach: string;
  /** undefined = not judged: told for its own sake, or not measured here with the reason in `value`. */
  ok: boolean | undefined;
}

/** A row for a ratio that must not be larger than `most`. */
export function atMost(name: string, value: number, most: number, unit = ' x'): Row {
  return { name, value: `${round(value)}${unit}`, reach: `<= ${most}${unit}`, ok: value <= most };
}

/** A row for a ratio that must be at least `least`. */
export function atLeast(name: string, value: number, least: number, unit = ' x'): Row {
  return { name, value: `${round(value)}${unit}`, reach: `>= ${least}${unit}`, ok: value >= least };
}

/** A row for a figure that has nothing to reach. */
export function told(name: string, value: string): Row {
  return { name, value, reach: 'told', ok: undefined };
}

/** A row for what cannot be measured on this machine. */
export function skipped(name: string, why: string): Row {
  return { name, value: `not measured: ${why}`, reach: '', ok: undefined };
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
