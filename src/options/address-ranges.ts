import { listOf } from './kinds.ts';
import type { Kind } from './option.ts';
import { Refusal } from './refusal.ts';

/** IPv4 ranges such as `35.235.240.0/20`; a single address becomes a range of one. */
export function addressRanges(): Kind<string[]> {
  return listOf(
    { allowed: 'an IPv4 range such as 35.235.240.0/20', parse: parseRange },
    'a list of IPv4 ranges such as 35.235.240.0/20,203.0.113.7/32',
  );
}

/** Tells whether `text` is an IPv4 address; node:net would know, and takes longer to load than all options to read. */
export function isAddress(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

function parseRange(text: string): string {
  const [address = '', bits = '32', ...more] = text.split('/');
  const length = /^\d{1,2}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!isAddress(address) || !(length <= 32) || more.length > 0) throw new Refusal();
  if (length === 0) throw new Refusal(`'${text}' lets the whole internet in`, '35.235.240.0/20');
  const first = network(address, length);
  if (first !== address) throw new Refusal(`'${text}' does not begin at its first address`, `${first}/${length}`);
  return `${address}/${length}`;
}

function network(address: string, length: number): string {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - length);
  const first = Math.floor(number / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
}
