/** One kind of thing in one collection of the store: `get('networks', 'projects/p/global/networks/n')`. */
export interface Store {
  get<T>(kind: string, key: string): T | undefined;
  /** Creates or replaces; the value is kept by reference and must not be changed afterwards. */
  put(kind: string, key: string, value: object): void;
  delete(kind: string, key: string): boolean;
  /** Values whose key begins with `prefix`, in order of key. */
  list<T>(kind: string, prefix?: string): T[];
  /** A rising number that is never given twice, as Google's numeric ids and generations are. */
  nextId(): string;
  /** Calls `listener` after every put and delete of `kind`; returns the way to stop that. */
  watch(kind: string, listener: (key: string, value: object | undefined) => void): () => void;
}

/** What a handler is given. */
export interface Request {
  /** Values of the `{names}` in the route, unescaped. */
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string | undefined>>;
  headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body, or `undefined`; uploads get the raw stream from `raw`. */
  body: unknown;
  /** The body's bytes, for routes marked `raw`. */
  raw?: AsyncIterable<Buffer>;
  store: Store;
  /** Milliseconds since 1970, on the sandbox's clock. */
  now: number;
  /** `http://127.0.0.1:PORT`, for the links in answers. */
  baseUrl: string;
  signal: AbortSignal;
}

/** What a handler answers when a plain JSON value with status 200 is not enough. */
export class Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;

  constructor(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** Answers one request: a JSON value (status 200), or a `Reply`. Throws `ApiError` for a refusal. */
export type Handler = (request: Request) => unknown;

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
  /** `'POST /compute/v1/projects/{project}/global/networks'` → handler; `{name=**}` matches the rest of the path. */
  routes: Readonly<Record<string, Handler | { raw: true; handler: Handler }>>;
  /** Routes that answer without an access token (token endpoint, metadata server). */
  open?: boolean;
}

/** Checks a definition's shape and hands it back; exists so that each service file reads alike. */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
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
