import { hoursPerMonth } from '../catalog/prices.ts';
import type { Price } from './price-book.ts';

/** USD for one hour of what has this price. */
export function hourly({ usd, per }: Pick<Price, 'usd' | 'per'>): number {
  return per === 'hour' ? usd : usd / hoursPerMonth;
}
