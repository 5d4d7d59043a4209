import { STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';

import { readBytes } from '../../request-body.ts';
import { ApiError, Reply } from '../../service.ts';
import type { Request } from '../../service.ts';
import { boundaryOf } from './multipart.ts';

// https://cloud.google.com/storage/docs/batch
const most = 100;

/** Answers up to 100 calls that come as the parts of one `multipart/mixed` body, each as if it had come alone. */
export async function batch(request: Request): Promise<Reply> {
  const boundary = boundaryOf(request.headers['content-type']);
  if (!boundary) throw new ApiError(400, 'badRequest', 'Failed to parse batch request: no boundary.');
  const text = (await readBytes(request.raw ?? Readable.from([]))).toString('latin1');
  const calls = text.split(`--${boundary}`).slice(1, -1).map(parseCall);
  if (calls.length > most) {
    throw new ApiError(400, 'badRequest', `The batch request has ${calls.length} calls; at most ${most} are allowed.`);
  }
  const mark = `batch_${request.store.nextId()}`;
  const parts: string[] = [];
  for (const call of calls) parts.push(`--${mark}\r\n${await answer(request, call)}\r\n`);
  const body = Buffer.from(`${parts.join('')}--${mark}--\r\n`, 'latin1');
  return new Reply(200, body, { 'content-type': `multipart/mixed; boundary=${mark}` });
}

interface Call {
  id: string | undefined;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

function parseCall(part: string): Call {
  const [outer = '', inner = '', ...rest] = part.replace(/^\r?\n/, '').split(/\r?\n\r?\n/);
  const [requestLine = '', ...headerLines] = inner.split(/\r?\n/);
  const [method = '', url = ''] = requestLine.split(' ');
  if (!url.startsWith('/') && !url.startsWith('http')) {
    throw new ApiError(400, 'badRequest', `Failed to parse batch request: ${requestLine}`);
  }
  return {
    id: parseHeaders(outer.split(/\r?\n/))['content-id'],
    method,
    url: url.replace(/^https?:\/\/[^/]+/, ''),
    headers: parseHeaders(headerLines),
    body: Buffer.from(rest.join('\r\n\r\n').trimEnd(), 'latin1'),
  };
}

async function answer(request: Request, call: Call): Promise<string> {
  const { status, headers, body } = await request.dispatch({
    method: call.method,
    url: call.url,
    // A call without its own token goes by the batch's.
    headers: {
      authorization: request.headers['authorization'],
      ...call.headers,
      'content-length': String(call.body.length),
    },
    source: Readable.from([call.body]),
    signal: request.signal,
  });
  const bytes = body instanceof Readable ? await readBytes(body) : Buffer.from(body);
  const id = call.id?.replace(/^<?/, '<response-').replace(/>?$/, '>');
  const lines = [
    'Content-Type: application/http',
    ...(id ? [`Content-ID: ${id}`] : []),
    '',
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`),
    `content-length: ${bytes.length}`,
    '',
    bytes.toString('latin1'),
  ];
  return lines.join('\r\n');
}

function parseHeaders(lines: readonly string[]): Record<string, string> {
  const pairs = lines
    .filter((line) => line.includes(':'))
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    });
  return Object.fromEntries(pairs) as Record<string, string>;
}
