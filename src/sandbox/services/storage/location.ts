import { ApiError } from '../../service.ts';

const multiRegions = ['US', 'EU', 'ASIA'];
const dualRegions = ['NAM4', 'EUR4', 'EUR5', 'EUR7', 'EUR8', 'ASIA1'];

/** Tells what kind of place a bucket's location (upper case) is. Throws 400 for what is no place. */
export function locationType(location: string): 'multi-region' | 'dual-region' | 'region' {
  if (multiRegions.includes(location)) return 'multi-region';
  if (dualRegions.includes(location)) return 'dual-region';
  if (/^[A-Z]+-[A-Z]+\d{1,2}$/.test(location)) return 'region';
  throw new ApiError(400, 'invalid', 'The specified location constraint is not valid.');
}
