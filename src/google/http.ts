import type * as z from 'zod';

import { wallClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { judgeRefusal } from '../core/refusals.ts';
import type { Cloud } from './cloud.ts';
import type { Service } from './endpoints.ts';

/** A call of one API method. `path` is escaped by the caller; query values are escaped here. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  service: Service;
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  body?: unknown;
  /** Bytes to upload, instead of a JSON body. */
  media?: { type: string; content: string | Uint8Array };
  signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt (default 60,000). */
  timeout?: number;
  /** The reply is text, not JSON: the schema gets the string. */
  text?: boolean;
  /** A POST that may be sent twice: a question, or a write that a precondition protects. */
  idempotent?: boolean;
}

/** What Google said when it said no: HTTP status, its reason word, its message, and the details it gave. */
export class GoogleError extends Error {
  readonly status: number;
  /** The reason of the details (errorInfo), else that of the errors, else the status word. */
  readonly reason: string;
  /** The reason of the errors, which can say something else. */
  readonly code: string;
  readonly details: unknown;
  readonly call: string;
  /** Milliseconds after which Google wants to be asked again, if it said so. */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    reason: string,
    message: string,
    details: unknown,
    call: string,
    more: { code?: string | undefined; retryAfter?: number | undefined } = {},
  ) {
    super(message);
    this.name = 'GoogleError';
    this.status = status;
    this.reason = reason;
    this.code = more.code ?? '';
    this.details = details;
    this.call = call;
    this.retryAfter = more.retryAfter;
  }
}

/** Tells whether `error` is Google's answer with the HTTP status `status` (and, when given, the reason word `reason`). */
export function isGoogleError(error: unknown, status?: number, reason?: string): error is GoogleError {
  return (
    error instanceof GoogleError &&
    (status === undefined || error.status === status) &&
    (reason === undefined || error.reason === reason)
  );
}

/** The one door to Google's APIs. */
export interface GoogleHttp {
  /** Calls one method; the reply is parsed by a schema that names only the fields we use. Throws GoogleError. */
  call<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>>;
  /** Calls a list method page after page (`pageToken`, `nextPageToken`) and yields each page. */
  pages<Schema extends z.ZodType<{ nextPageToken?: string | undefined }>>(
    call: Call,
    schema: Schema,
  ): AsyncGenerator<z.output<Schema>>;
  /** Google's time in milliseconds since 1970, to the second: its newest answer said so. Ours until there was one. */
  time(): number;
}

// Answers after which the same request is sent again: https://cloud.google.com/storage/docs/retry-strategy
const retriedStatus = new Set([408, 500, 502, 503, 504]);
const attempts = 5;
// Quotas are counted by the minute, so there is hope until a minute has passed.
const attemptsWhenTooFast = 8;
const longestPause = 32_000;

/** Opens the door to the APIs of `cloud`. Calls that may be sent twice are retried with jittered back-off. */
export function googleHttp(cloud: Cloud, clock: Clock = wallClock): GoogleHttp {
  let ahead = 0;
  const onDate = (date: number): void => {
    ahead = date - clock.now();
  };
  async function call<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return schema.parse(await once(cloud, call, onDate));
      } catch (error) {
        if (call.signal?.aborted || attempt >= attemptsAfter(call, error)) throw error;
        await clock.sleep(pause(attempt, error), call.signal);
      }
    }
  }
  return {
    call,
    time: () => clock.now() + ahead,
    async *pages(first, schema) {
      let pageToken: string | undefined;
      do {
        const page: { nextPageToken?: string | undefined } = await call(
          { ...first, query: { ...first.query, pageToken } },
          schema,
        );
        yield page as z.output<typeof schema>;
        pageToken = page.nextPageToken;
      } while (pageToken);
    },
  };
}

async function once(cloud: Cloud, call: Call, onDate: (date: number) => void): Promise<unknown> {
  const url = new URL(cloud.endpoints[call.service] + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const body = bodyOf(call);
  const quotaProject = await cloud.tokens.quotaProject?.();
  const headers = {
    authorization: `Bearer ${await cloud.tokens.token()}`,
    'user-agent': cloud.agent ?? 'cluster-provision',
    // https://cloud.google.com/apis/docs/system-parameters
    ...(quotaProject === undefined ? {} : { 'x-goog-user-project': quotaProject }),
    ...(body === undefined ? {} : { 'content-type': body.type }),
  };
  const patience = call.timeout ?? 60_000;
  const timeout = AbortSignal.timeout(patience);
  try {
    const response = await fetch(url, {
      method: call.method,
      headers,
      ...(body === undefined ? {} : { body: body.content }),
      signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
    });
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) onDate(date);
    return read(response, await response.text(), call, url);
  } catch (error) {
    if (!timeout.aborted || call.signal?.aborted) throw error;
    throw silence(url, patience);
  }
}

// The same as a connection that breaks, in Node's words for it: nobody knows what became of the request.
function silence(url: URL, patience: number): TypeError {
  return new TypeError('fetch failed', { cause: new Error(`${url.host} did not answer within ${patience / 1000} s`) });
}

function read(response: Response, text: string, call: Call, url: URL): unknown {
  const name = `${call.method} ${url.pathname}`;
  if (!response.ok) throw googleError(response, text, name);
  if (call.text) return text;
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    // A page to log in to the network, for example.
    throw new GoogleError(
      response.status,
      'notJson',
      `the answer is not Google's: ${text.slice(0, 200)}`,
      undefined,
      name,
    );
  }
}

function bodyOf({ media, body }: Call): { type: string; content: string | Uint8Array<ArrayBuffer> } | undefined {
  if (media !== undefined) {
    const { type, content } = media;
    return { type, content: typeof content === 'string' ? content : new Uint8Array(content) };
  }
  return body === undefined ? undefined : { type: 'application/json', content: JSON.stringify(body) };
}

function googleError(response: Response, text: string, call: string): GoogleError {
  let error: { message?: string; status?: string; errors?: { reason?: string }[]; details?: unknown } = {};
  try {
    error = (JSON.parse(text) as { error?: typeof error }).error ?? {};
  } catch {
    // Not Google's envelope: a proxy or a load balancer answered; its text is all there is.
  }
  const details = Array.isArray(error.details) ? (error.details as { reason?: string }[]) : undefined;
  const reason = details?.find((detail) => detail.reason)?.reason ?? error.errors?.[0]?.reason ?? error.status ?? '';
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const message = error.message ?? (text.slice(0, 500) || response.statusText);
  return new GoogleError(response.status, reason, message, error.details, call, {
    code: error.errors?.[0]?.reason,
    retryAfter: seconds >= 0 ? seconds * 1000 : undefined,
  });
}

function attemptsAfter(call: Call, error: unknown): number {
  if (isTooFast(error)) return attemptsWhenTooFast;
  if (call.method === 'POST' && !call.idempotent) return 1;
  if (error instanceof GoogleError) return retriedStatus.has(error.status) ? attempts : 1;
  // The connection broke or nobody answered: whether the server did the work is unknown.
  return error instanceof TypeError ? attempts : 1;
}

function pause(attempt: number, error: unknown): number {
  const asked = error instanceof GoogleError ? error.retryAfter : undefined;
  return Math.min(longestPause, asked ?? 2 ** attempt * 250 * (0.5 + Math.random()));
}

// Such a request was refused before any work was done, whatever its method.
function isTooFast(error: unknown): boolean {
  if (!(error instanceof GoogleError)) return false;
  const { status, code, reason, message: text } = error;
  return judgeRefusal({ status, code, reason, text })?.kind === 'rate';
}
