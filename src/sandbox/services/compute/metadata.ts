import * as z from 'zod';

import { ApiError } from '../../service.ts';
import { fingerprint } from './fingerprint.ts';
import { invalidValue } from './refusals.ts';

const Item = z.looseObject({
  key: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, "Must be a match of regex '[a-zA-Z0-9-_]{1,128}'"),
  value: z.string().optional(),
});

/** Metadata of a machine, a template or a project, as a client sends it. */
export const Metadata = z.looseObject({ items: z.array(Item).optional() });

export type MetadataItem = z.output<typeof Item>;

// https://cloud.google.com/compute/docs/metadata/setting-custom-metadata#limitations
const largestValue = 262_144;
const largestTotal = 524_288;

/** Throws 400 for metadata that Google refuses: a key twice, a value over 256 KB, 512 KB in all. */
export function checkMetadata(items: readonly MetadataItem[] | undefined, field: string): void {
  const keys = new Set<string>();
  let total = 0;
  for (const [index, { key, value = '' }] of (items ?? []).entries()) {
    if (keys.has(key)) throw invalidValue(`${field}.items[${index}].key`, key, `Duplicate key '${key}'.`);
    keys.add(key);
    const size = Buffer.byteLength(value);
    if (size > largestValue) throw tooLarge(`${field}.items[${index}].value`, largestValue, size);
    total += size + Buffer.byteLength(key);
  }
  if (total > largestTotal) throw tooLarge(field, largestTotal, total);
}

/** Metadata as Google answers it. */
export function metadata(items: readonly MetadataItem[]): {
  kind: string;
  fingerprint: string;
  items?: readonly MetadataItem[];
} {
  return { kind: 'compute#metadata', fingerprint: fingerprint(items), ...(items.length > 0 ? { items } : {}) };
}

function tooLarge(field: string, most: number, size: number): ApiError {
  return new ApiError(
    400,
    'invalid',
    `Value for field '${field}' is too large: maximum size ${most} character(s); actual size ${size}.`,
  );
}
