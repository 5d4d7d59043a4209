import type { z } from 'zod';

import { wallClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { Cloud } from './cloud.ts';
import type { Service } from './endpoints.ts';

/** A call of one API method. `path` is escaped by the caller; query values are escaped here. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  service: Service;
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt (default 60,000). */
  timeout?: number;
  /** The reply is text, not JSON: the schema gets the string. */
  text?: boolean;
}

/** What Google said when it said no: HTTP status, its reason word, its message, and the details it gave. */
export class GoogleError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly details: unknown;
  readonly call: string;

  constructor(status: number, reason: string, message: string, details: unknown, call: string) {
    super(message);
    this.name = 'GoogleError';
    this.status = status;
    this.reason = reason;
    this.details = details;
    this.call = call;
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
}

// Answers after which the same request is sent again: https://cloud.google.com/storage/docs/retry-strategy
const retriedStatus = new Set([408, 429, 500, 502, 503, 504]);
const attempts = 5;

/** Opens the door to the APIs of `cloud`. Idempotent calls are retried with jittered back-off. */
export function googleHttp(cloud: Cloud, clock: Clock = wallClock): GoogleHttp {
  async function call<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return schema.parse(await once(cloud, call));
      } catch (error) {
        if (attempt >= attempts || !mayRetry(call, error) || call.signal?.aborted) throw error;
        await clock.sleep(2 ** attempt * 250 * (0.5 + Math.random()), call.signal);
      }
    }
  }
  return {
    call,
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

async function once(cloud: Cloud, call: Call): Promise<unknown> {
  const url = new URL(cloud.endpoints[call.service] + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const timeout = AbortSignal.timeout(call.timeout ?? 60_000);
  const response = await fetch(url, {
    method: call.method,
    headers: {
      authorization: `Bearer ${await cloud.tokens.token()}`,
      'user-agent': 'cluster-provision',
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
  });
  const text = await response.text();
  if (!response.ok) throw googleError(response.status, text, `${call.method} ${url.pathname}`);
  if (call.text) return text;
  return text === '' ? {} : JSON.parse(text);
}

function googleError(status: number, text: string, call: string): GoogleError {
  let error: { message?: string; status?: string; errors?: { reason?: string }[]; details?: unknown } = {};
  try {
    error = (JSON.parse(text) as { error?: typeof error }).error ?? {};
  } catch {
    // Not Google's envelope: a proxy or a load balancer answered; its text is all there is.
  }
  const details = Array.isArray(error.details) ? (error.details as { reason?: string }[]) : undefined;
  const reason = details?.find((detail) => detail.reason)?.reason ?? error.errors?.[0]?.reason ?? error.status ?? '';
  return new GoogleError(status, reason, error.message ?? text.slice(0, 500), error.details, call);
}

function mayRetry(call: Call, error: unknown): boolean {
  if (error instanceof GoogleError) {
    if (error.status === 429) return true;
    return call.method !== 'POST' && retriedStatus.has(error.status);
  }
  // The connection broke: whether the server did the work is unknown, so only what can be done twice is done again.
  return call.method !== 'POST' && error instanceof TypeError;
}
