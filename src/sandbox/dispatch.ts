import { Readable } from 'node:stream';

import { authenticate } from './authenticate.ts';
import { isChange, noteChange } from './changes.ts';
import { controlHost } from './control-host.ts';
import type { Breakage } from './faults.ts';
import { readJson } from './request-body.ts';
import { render, renderError } from './render.ts';
import type { Answer } from './render.ts';
import { createRouter } from './routes.ts';
import type { Match } from './routes.ts';
import { ApiError } from './service.ts';
import type { Request, ServiceDefinition, World } from './service.ts';

/** A request as it came from the wire (or out of a batch). */
interface Incoming {
  method: string;
  /** Path and query, escaped. */
  url: string;
  headers: Readonly<Record<string, string | undefined>>;
  source: AsyncIterable<Buffer>;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

/** An answer, and what happens to its body on the way. */
export interface Dispatched extends Answer {
  /** The connection breaks after so many bytes. */
  cutAfter?: number;
  /** So many bytes go out in a second. */
  slow?: number;
}

/** Answers a request. Throws `BrokenConnection` where the fault plan wants no answer. */
export type Dispatch = (incoming: Incoming) => Promise<Dispatched>;

/** The client gets no answer: its connection is closed (`drop`) or reset, or was left waiting until it gave up. */
export class BrokenConnection extends Error {
  readonly how: 'reset' | 'drop' | 'stall';

  constructor(how: 'reset' | 'drop' | 'stall') {
    super(`the fault plan ends this connection: ${how}`);
    this.name = 'BrokenConnection';
    this.how = how;
  }
}

/** Finds the handler of each request, lets the fault plan have its say, and puts answers into Google's form. */
export function createDispatch(
  services: readonly ServiceDefinition[],
  world: World,
  onBug: (error: unknown) => void,
): Dispatch {
  const router = createRouter(services);

  async function dispatch(incoming: Incoming): Promise<Dispatched> {
    const mark = incoming.url.indexOf('?');
    const path = mark === -1 ? incoming.url : incoming.url.slice(0, mark);
    let match: Match | undefined;
    try {
      match = router(incoming.method, path);
      if (!match) throw new ApiError(404, 'notFound', 'The requested URL was not found on this server.');
      const search = new URLSearchParams(mark === -1 ? '' : incoming.url.slice(mark));
      return await withFaults(makeRequest(incoming, path, search, match), match, incoming);
    } catch (error) {
      if (error instanceof BrokenConnection) throw error;
      if (!(error instanceof ApiError)) onBug(error);
      const refusal =
        error instanceof ApiError ? error : new ApiError(500, 'backendError', `sandbox: ${String(error)}`);
      return renderError(refusal, match?.service.mount !== '');
    }
  }

  function makeRequest(incoming: Incoming, path: string, search: URLSearchParams, match: Match): Request {
    const { method, headers, signal } = incoming;
    const now = world.clock.now();
    return {
      ...world,
      method,
      path,
      params: match.params,
      query: Object.fromEntries(search),
      search,
      headers,
      body: undefined,
      ...(match.raw ? { raw: incoming.source } : {}),
      now,
      principal: authenticate(headers['authorization'], match.service.open ?? false, world.store, now),
      signal,
      dispatch,
    };
  }

  async function withFaults(request: Request, match: Match, incoming: Incoming): Promise<Dispatched> {
    const { method, principal, signal } = request;
    const call = { service: match.service.host, method, url: decode(incoming.url), principal };
    // The control API stays reachable whatever the plan says: it is the way to change the plan.
    const fault = isControl(match) ? {} : world.faults.http(call);
    if (fault.delay) await world.clock.sleep(fault.delay, signal);
    if (fault.before) return await broken(fault.before, signal);
    if (!match.raw && hasBody(incoming)) request.body = await readJson(incoming.source);
    if (fault.taken && !match.raw) await takeAsStranger(request, match);
    const answered: unknown = await match.handler(request);
    if (isChange(call)) {
      const agent = incoming.headers['user-agent'] ?? '';
      noteChange(world.store, { at: world.clock.now(), method, url: call.url, agent });
    }
    const answer = withoutBody(method, render(answered, request.query['prettyPrint'] === 'true'));
    if (fault.after && ('cutAfter' in fault.after || 'slow' in fault.after)) return { ...answer, ...fault.after };
    return fault.after ? await broken(fault.after, signal) : answer;
  }

  return dispatch;
}

/** Does what the request asks for somebody else: only the name is ours. */
async function takeAsStranger(request: Request, match: Match): Promise<void> {
  const { name } = (request.body ?? {}) as { name?: unknown };
  const body = JSON.parse(
    (JSON.stringify(request.body) ?? 'null')
      .replaceAll('cluster-provision', 'another-tool')
      .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '00000000-0000-4000-8000-000000000000'),
  ) as object | null;
  try {
    await match.handler({ ...request, body: name === undefined ? body : { ...body, name } });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

function hasBody({ headers }: Incoming): boolean {
  return (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;
}

function isControl({ service }: Match): boolean {
  return service.host === controlHost;
}

// HEAD is answered like GET, but nothing is read for it.
function withoutBody(method: string, answer: Answer): Answer {
  if (method !== 'HEAD' || !(answer.body instanceof Readable)) return answer;
  answer.body.destroy();
  return { ...answer, body: '' };
}

async function broken(breakage: Breakage, signal: AbortSignal): Promise<Answer> {
  if ('status' in breakage) {
    const { status, reason, message, details, headers } = breakage;
    const answer = renderError(new ApiError(status, reason, message, details), false);
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }
  const how = 'connection' in breakage ? breakage.connection : 'drop';
  if (how === 'stall' && !signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  throw new BrokenConnection(how);
}

function decode(url: string): string {
  try {
    return decodeURIComponent(url.replaceAll('+', ' '));
  } catch {
    return url;
  }
}
