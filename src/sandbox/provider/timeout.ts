import { isObject } from './value.ts';
import type { ObjectValue } from './value.ts';

const inMinutes = { h: 60, m: 1, s: 1 / 60 };

/** Minutes that a resource's `timeouts` block gives an operation (`30m`, `1h30m`), else `normal`. */
export function timeoutOf(values: ObjectValue, operation: 'create' | 'update' | 'delete', normal: number): number {
  const text = isObject(values.timeouts) ? values.timeouts[operation] : null;
  if (typeof text !== 'string') return normal;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * inMinutes[unit as 'h' | 'm' | 's'], 0);
}

/** A time in minutes as Go writes it in the real provider's errors: `20m0s`, `1h30m0s`, `45s`. */
export function goDuration(minutes: number): string {
  const seconds = minutes * 60;
  if (seconds < 1) return `${Math.round(seconds * 1000)}ms`;
  const [h, m, s] = [Math.floor(minutes / 60), Math.floor(minutes % 60), Math.round(seconds % 60)];
  return `${h > 0 ? `${h}h` : ''}${minutes >= 1 ? `${m}m` : ''}${s}s`;
}
