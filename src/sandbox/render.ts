import { Readable } from 'node:stream';

import { Reply } from './service.ts';
import type { ApiError, Headers } from './service.ts';
import { statusWord } from './status.ts';

/** An answer ready for the wire. */
export interface Answer {
  status: number;
  headers: Headers;
  body: string | Buffer | Readable;
}

const json = { 'content-type': 'application/json; charset=UTF-8' };

/** Turns what a handler answered into bytes: a `Reply`, nothing (204), or a JSON value. */
export function render(answered: unknown, pretty: boolean): Answer {
  if (answered === undefined) return { status: 204, headers: {}, body: '' };
  if (!(answered instanceof Reply)) return { status: 200, headers: json, body: text(answered, pretty) };
  const { status, headers, body } = answered;
  if (body === undefined) return { status, headers, body: '' };
  if (typeof body === 'string' || Buffer.isBuffer(body) || body instanceof Readable) return { status, headers, body };
  return { status, headers: { ...json, ...headers }, body: text(body, pretty) };
}

/** A refusal in Google's envelope; APIs newer than Compute and Storage show their status as a word too. */
export function renderError(error: ApiError, newer: boolean): Answer {
  if (error.status === 304) return { status: 304, headers: {}, body: '' };
  const envelope = error.toJSON() as { error?: unknown };
  if (newer && typeof envelope.error === 'object')
    envelope.error = { ...envelope.error, status: statusWord(error.status, error.reason) };
  const challenge: Headers =
    error.status === 401 ? { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' } : {};
  return { status: error.status, headers: { ...json, ...challenge }, body: JSON.stringify(envelope) };
}

function text(value: unknown, pretty: boolean): string {
  return JSON.stringify(value, null, pretty ? 2 : 0);
}
