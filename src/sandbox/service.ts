import type { Duplex } from 'node:stream';

import type { WebSocket } from 'ws';
import type * as z from 'zod';

import type { Clock } from '../core/clock.ts';
import type { Contents } from './contents.ts';
import type { Dispatch } from './dispatch.ts';
import type { Faults } from './faults.ts';
import type { Operations } from './operations.ts';
import type { Tasks } from './tasks.ts';

/** One kind of thing in one collection of the store: `get('networks', 'projects/p/global/networks/n')`. */
export interface Store {
  get<T>(kind: string, key: string): T | undefined;
  /** Creates or replaces; the value is kept by reference and must not be changed afterwards. */
  put(kind: string, key: string, value: object): void;
  delete(kind: string, key: string): boolean;
  /** Values whose key begins with `prefix`, in order of key. */
  list<T>(kind: string, prefix?: string): T[];
  /** The same as pairs, from the key `start` on and read lazily: for lists that are cut into pages. */
  entries<T>(kind: string, prefix?: string, start?: string): IterableIterator<[key: string, value: T]>;
  /** A rising number that is never given twice, as Google's numeric ids and generations are. */
  nextId(): string;
  /** Calls `listener` after every put and delete of `kind`; returns the way to stop that. */
  watch(kind: string, listener: (key: string, value: object | undefined) => void): () => void;
}

/** Everything that outlives one request; effects and background work get it, requests too. */
export interface World {
  store: Store;
  clock: Clock;
  /** The bytes of the objects in buckets. */
  contents: Contents;
  tasks: Tasks;
  operations: Operations;
  faults: Faults;
  /** The way to what listens on machines. */
  ports: Ports;
  /** `http://127.0.0.1:PORT`, for the links in answers that must lead back here. */
  baseUrl: string;
}

/** The ports of the machines that run; whoever runs them puts the way to them here. */
interface Ports {
  /** A connection to `port` of the machine of an instance; `undefined` when nothing listens there. */
  connect(instanceKey: string, port: number): Promise<Duplex | undefined>;
}

/** What a handler is given. */
export interface Request extends World {
  method: string;
  /** The path as it came, without query, still escaped. */
  path: string;
  /** Values of the `{names}` in the route, unescaped. */
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string | undefined>>;
  /** The same query, for names that come more than once. */
  search: URLSearchParams;
  headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body, or `undefined`; uploads get the raw stream from `raw`. */
  body: unknown;
  /** The body's bytes, for routes marked `raw`. */
  raw?: AsyncIterable<Buffer>;
  /** Milliseconds since 1970, on the sandbox's clock. */
  now: number;
  /** Who asks, as IAM writes it: `user:…` or `serviceAccount:…`; empty on open services without a token. */
  principal: string;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
  /** Answers another request as if it had come from the wire: the parts of a batch. */
  dispatch: Dispatch;
}

/** Headers of an answer; a list is sent as several lines. */
export type Headers = Readonly<Record<string, string | string[]>>;

/** What a handler answers when a plain JSON value with status 200 is not enough. */
export class Reply {
  readonly status: number;
  readonly headers: Headers;
  /** JSON value, text, bytes, or a stream of bytes; `undefined` for an empty answer. */
  readonly body: unknown;

  constructor(status: number, body?: unknown, headers: Headers = {}) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** Answers one request: a JSON value (status 200), `undefined` (204), or a `Reply`. Throws `ApiError` for a refusal. */
export type Handler = (request: Request) => unknown;

/** What the handler of a WebSocket is given. */
export interface SocketRequest extends World, Pick<Request, 'query' | 'principal' | 'now'> {
  /** The fault plan wants the socket to break after so many bytes of data for the client. */
  cutAfter: number | undefined;
}

/** Lets a client in to a WebSocket and says what becomes of it when it is open. Throws `ApiError` for a refusal. */
export type SocketHandler = (request: SocketRequest) => (socket: WebSocket) => void;

/**
 * Work that is done later: at the end of an operation or by a task. It is known by name and gets JSON arguments,
 * so that it is still done after a restart. Throws `ApiError` or `OperationError` when the work is refused.
 */
export type Effect = (world: World, args: never) => unknown;

/** One API of the embedded Google Cloud. */
export interface ServiceDefinition {
  /** The host that serves this API at Google. */
  host: string;
  /**
   * Where the listener mounts it: '' for APIs whose paths are told apart by themselves (compute, storage), else
   * `/<host>`, because several APIs share paths such as `/v1/projects/{project}/locations/{location}/operations`.
   */
  mount: string;
  /** What this service does not do, for docs/sandbox.md. */
  notModelled: readonly string[];
  /**
   * `'POST /compute/v1/projects/{project}/global/networks'` → handler; `{name=**}` matches the rest of the path,
   * `{name}:verb` a custom method. GET handlers answer HEAD too.
   */
  routes: Readonly<Record<string, Handler | { raw: true; handler: Handler }>>;
  /** WebSockets by their path below the mount: `'/v4/connect'`. */
  sockets?: Readonly<Record<string, SocketHandler>>;
  /** Work done later, by a name that is unique among all services: `'compute.networks.delete'`. */
  effects?: Readonly<Record<string, Effect>>;
  /** Begins what goes on without a request (booting machines); the answer ends it. */
  start?: (world: World) => () => void | Promise<void>;
  /** Routes that answer without an access token (token endpoint, metadata server). */
  open?: boolean;
}

/** Checks a definition's shape and hands it back; exists so that each service file reads alike. */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
}

/** A handler whose body is validated before it runs; a body that does not fit is answered with 400 `invalid`. */
export function route<Schema extends z.ZodType>(
  schema: Schema,
  handler: (request: Request & { body: z.output<Schema> }) => unknown,
): Handler {
  return (request) => {
    const parsed = schema.safeParse(request.body ?? {});
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new ApiError(400, 'invalid', `Invalid value for field '${issue?.path.join('.')}': ${issue?.message}`);
    }
    return handler({ ...request, body: parsed.data });
  };
}

/** The value as Google shows it: without the private bookkeeping under keys that begin with `_`. */
export function publicPart<T extends object>(value: T): T {
  for (const key in value) {
    if (key.startsWith('_'))
      return Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith('_'))) as T;
  }
  return value;
}

/** A refusal in Google's envelope. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly details: readonly object[];

  constructor(status: number, reason: string, message: string, details: readonly object[] = []) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
    this.details = details;
  }

  /** `{"error":{"code":409,"message":…,"errors":[{"message":…,"domain":"global","reason":"alreadyExists"}]}}` */
  toJSON(): object {
    return {
      error: {
        code: this.status,
        message: this.message,
        errors: [{ message: this.message, domain: 'global', reason: this.reason }],
        ...(this.details.length > 0 ? { details: this.details } : {}),
      },
    };
  }
}
