import { Readable } from 'node:stream';

import type { FastifyReply } from 'fastify';

import { ApiError, Reply } from './service.ts';
import { statusWord } from './status.ts';

const json = 'application/json; charset=UTF-8';

/** Sends what a handler answered: a `Reply`, nothing (204), or a JSON value. */
export function send(method: string, reply: FastifyReply, answer: unknown, pretty: boolean): unknown {
  const { status, headers, body } =
    answer instanceof Reply ? answer : new Reply(answer === undefined ? 204 : 200, answer);
  reply.code(status).headers(headers);
  if (body === undefined) return reply.send();
  const text = isBytes(body) ? body : JSON.stringify(body, null, pretty ? 2 : 0);
  if (text !== body) reply.type(json);
  if (method !== 'HEAD') return reply.send(text);

  reply.hijack();
  if (text instanceof Readable) text.destroy();
  else if (!reply.hasHeader('content-length')) reply.header('content-length', Buffer.byteLength(text));
  reply.raw.writeHead(status, reply.getHeaders() as Record<string, string>);
  return reply.raw.end();
}

/** Sends a refusal in Google's envelope; APIs newer than Compute and Storage show their status as a word too. */
export function sendError(
  reply: FastifyReply,
  error: unknown,
  newer: boolean,
  onBug: (error: unknown) => void,
): unknown {
  if (!(error instanceof ApiError)) onBug(error);
  const refusal = error instanceof ApiError ? error : new ApiError(500, 'backendError', `sandbox: ${String(error)}`);
  const body = refusal.toJSON() as { error?: object };
  if (newer && typeof body.error === 'object') body.error = { ...body.error, status: statusWord(refusal.status) };
  if (refusal.status === 401) reply.header('www-authenticate', 'Bearer realm="https://accounts.google.com/"');
  return reply.code(refusal.status).type(json).send(JSON.stringify(body));
}

function isBytes(body: unknown): body is string | Buffer | Readable {
  return typeof body === 'string' || Buffer.isBuffer(body) || body instanceof Readable;
}
