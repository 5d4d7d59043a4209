import * as z from 'zod';

import { ApiError } from '../../service.ts';
import type { Request } from '../../service.ts';
import { claimedHashes } from './claimed-hashes.ts';
import type { ClaimedHashes } from './claimed-hashes.ts';
import { pick } from './merge.ts';
import { ObjectFields } from './object.ts';

const writable = Object.keys(ObjectFields.shape);

/** What the writer says about a new object, in the JSON part or the query. */
export interface Described {
  name: string;
  fields: ObjectFields;
  hashes: ClaimedHashes;
}

/** Puts together what the JSON, the query and the content type say. Throws 400. */
export function describe(request: Request, metadata: string, contentType: string | undefined): Described {
  const body = parse(metadata);
  const name = typeof body['name'] === 'string' ? body['name'] : request.query['name'];
  if (!name) throw new ApiError(400, 'required', 'Required');
  const { contentEncoding } = request.query;
  const fields = ObjectFields.safeParse({
    ...(contentType ? { contentType } : {}),
    ...(contentEncoding ? { contentEncoding } : {}),
    ...pick(body, writable),
  });
  if (!fields.success) throw new ApiError(400, 'invalid', z.prettifyError(fields.error));
  return { name, fields: fields.data, hashes: claimedHashes(request.headers['x-goog-hash'], body) };
}

function parse(metadata: string): Record<string, unknown> {
  if (metadata.trim() === '') return {};
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(metadata));
  } catch {
    throw new ApiError(400, 'parseError', 'Parse Error');
  }
}
