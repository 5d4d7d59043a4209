import { hoursPerMonth } from '../catalog/prices.ts';

/** USD for one hour of what has this price. */
export function hourly({ usd, per }: { usd: number; per: 'hour' | 'month' }): number {
  return per === 'hour' ? usd : usd / hoursPerMonth;
}
