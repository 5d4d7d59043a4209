import type { Clock } from '../../core/clock.ts';
import type { TokenSource } from '../../google/cloud.ts';
import type { Endpoints, Service } from '../../google/endpoints.ts';
import { ApiRefusal } from './api-error.ts';

/** A JSON object of a REST API. */
export type Json = Record<string, unknown>;

/** One request; `path` begins with the API's version and is escaped by the caller. */
export interface ApiCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  service: Service;
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  /** Bytes to send instead of a JSON body, with their content type. */
  upload?: { contentType: string; bytes: Buffer };
}

/** The HTTP side of one provider instance: the requests of the real provider, with its retries. */
export interface Api {
  /** Sends one request and answers its JSON ({} for an empty answer). Throws ApiRefusal. */
  call(call: ApiCall): Promise<Json>;
  /** Sleeps; rejects with the real provider's words when Terraform has asked the provider to stop. */
  pause(ms: number): Promise<void>;
  /** Terraform has asked the provider to stop. */
  stopped(): boolean;
}

/** What an Api needs. */
export interface ApiOptions {
  endpoints: Endpoints;
  tokens: TokenSource;
  agent?: string | undefined;
  clock: Clock;
  /** Aborted by Terraform's Stop. */
  stop: AbortSignal;
}

// The real provider retries these, and lost connections, whatever the method, for minutes; here it must be quicker.
const retriedStatus = new Set([429, 500, 502, 503]);
const attempts = 8;
const firstPause = 50;
const longestPause = 1_000;

/** Opens the HTTP side of a provider instance. */
export function openApi({ endpoints, tokens, agent = '', clock, stop }: ApiOptions): Api {
  const name = `Terraform/embedded terraform-provider-google/6.50.0 ${agent}`.trimEnd();

  async function pause(ms: number): Promise<void> {
    try {
      await clock.sleep(ms, stop);
    } catch {
      throw new Error('unable to finish polling, context has been cancelled');
    }
  }

  async function once(call: ApiCall): Promise<Json> {
    const url = new URL(endpoints[call.service] + call.path);
    url.searchParams.set('alt', 'json');
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
    const response = await send(url, call, { token: await tokens.token(), name });
    const text = await response.text();
    if (!response.ok) throw new ApiRefusal(response.status, text);
    return text === '' ? {} : (JSON.parse(text) as Json);
  }

  return {
    pause,
    stopped: () => stop.aborted,
    async call(call) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(call);
        } catch (error) {
          if (attempt >= attempts || !mayRetry(error)) throw error;
          await pause(Math.min(firstPause * 2 ** attempt, longestPause));
        }
      }
    },
  };
}

/** A request that did not get an answer, in the words of Go's HTTP client. */
class Unanswered extends Error {
  readonly lost: boolean;

  constructor(message: string, lost: boolean, cause: unknown) {
    super(message, { cause });
    this.lost = lost;
  }
}

async function send(url: URL, call: ApiCall, { token, name }: { token: string; name: string }): Promise<Response> {
  const contentType = call.upload?.contentType ?? (call.body === undefined ? undefined : 'application/json');
  try {
    return await fetch(url, {
      method: call.method,
      headers: {
        authorization: `Bearer ${token}`,
        'user-agent': name,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      ...(contentType === undefined
        ? {}
        : { body: call.upload ? new Uint8Array(call.upload.bytes) : JSON.stringify(call.body) }),
    });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    const verb = call.method.charAt(0) + call.method.slice(1).toLowerCase();
    const reason =
      code === 'ECONNREFUSED'
        ? `dial tcp ${url.host}: connect: connection refused`
        : `read tcp ${url.host}: connection reset by peer`;
    throw new Unanswered(`${verb} "${url.href}": ${reason}`, code !== 'ECONNREFUSED', error);
  }
}

function mayRetry(error: unknown): boolean {
  if (error instanceof Unanswered) return error.lost;
  return (
    error instanceof ApiRefusal &&
    (retriedStatus.has(error.status) || /operationInProgress|resourceNotReady/.test(error.body))
  );
}
