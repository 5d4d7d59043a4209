import { asOperationError } from './operation-error.ts';
import type { OperationError } from './operation-error.ts';
import { statusCode, statusText } from './status.ts';
import type { World } from './service.ts';
import { runEffect } from './tasks.ts';
import type { Effects } from './tasks.ts';
import type { Timers } from './timers.ts';

/** What is done when the operation ends; by name, so that it is still done after a restart. */
interface OperationEffect {
  name: string;
  args: object;
}

/** An operation of Compute Engine to be started. What happens at its beginning, the caller has done already. */
interface ComputeOperationInput {
  project: string;
  scope: 'global' | `zones/${string}` | `regions/${string}`;
  /** `insert`, `delete`, `patch`, `setLabels`, … */
  operationType: string;
  /** Full URL of the resource, as in its selfLink. */
  targetLink: string;
  /** The resource's numeric id. */
  targetId?: string;
  /** Who asked: `request.principal`. */
  user?: string;
  /** Applied at the end; what it throws becomes the operation's error. It may answer `{again: ms}` to be asked later. */
  effect?: OperationEffect;
  /** Milliseconds, where this operation takes another time than the server's `latency`. */
  latency?: number;
}

/** A `google.longrunning.Operation` to be started (file, serviceusage, container-like APIs). */
interface LongRunningInput {
  /** The API's host, because names such as `operations/123` are only unique within it. */
  host: string;
  /** `projects/p/locations/l`, or '' for names of the form `operations/…`. */
  parent: string;
  metadata: object;
  /** Applied at the end; its answer is the operation's `response`. */
  effect?: OperationEffect;
  /** The `response`, where no effect makes it. */
  response?: object;
  latency?: number;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/globalOperations */
export interface ComputeOperation {
  kind: 'compute#operation';
  id: string;
  name: string;
  status: 'PENDING' | 'RUNNING' | 'DONE';
  operationType: string;
  targetLink: string;
  targetId?: string;
  user: string;
  progress: number;
  insertTime: string;
  startTime?: string;
  endTime?: string;
  selfLink: string;
  zone?: string;
  region?: string;
  error?: { errors: { code: string; message: string; errorDetails?: readonly object[] }[] };
  httpErrorStatusCode?: number;
  httpErrorMessage?: string;
}

/** https://cloud.google.com/filestore/docs/reference/rest/v1/projects.locations.operations */
export interface LongRunningOperation {
  name: string;
  metadata: object;
  done: boolean;
  response?: object;
  error?: { code: number; message: string; details?: readonly object[] };
}

/** Starts operations; both kinds go on in the background and are read back by the routes in operation-routes.ts. */
export interface Operations {
  /** Answers the operation in its first state (PENDING), for the handler to return. */
  compute(input: ComputeOperationInput): ComputeOperation;
  longRunning(input: LongRunningInput): LongRunningOperation;
}

interface Bookkeeping {
  _effect?: OperationEffect;
  _latency: number;
}
type Kept = (ComputeOperation | LongRunningOperation) & Bookkeeping;

const computeUrl = 'https://www.googleapis.com/compute/v1';

/** Operations kept in the store, each done after `latency` milliseconds; `resume` goes on with unfinished ones. */
export function createOperations(
  world: () => World,
  effects: Effects,
  timers: Timers,
  latency: number,
): Operations & { resume(): void } {
  function start(kind: string, key: string, operation: Kept): void {
    const fault = faultOf(operation);
    const kept = { ...operation, _latency: fault?.latency ?? operation._latency };
    world().store.put(kind, key, kept);
    timers.after(kept._latency / 4, () => run(kind, key, kept._latency * 0.75, fault));
  }
  function faultOf(operation: Kept): OperationFault | undefined {
    return world().faults.operation(describe(operation));
  }
  // Google keeps operations that are done for about two weeks.
  function forgetOld(kind: string, key: string, operation: Kept): void {
    const { endTime } = 'status' in operation ? operation : (operation.metadata as { endTime?: string });
    if (world().clock.now() - Date.parse(endTime ?? '') > 14 * 86_400_000) world().store.delete(kind, key);
  }
  function run(kind: string, key: string, left: number, fault: OperationFault | undefined): void {
    const operation = world().store.get<Kept>(kind, key);
    if (!operation) return;
    if ('status' in operation && operation.status === 'PENDING') {
      world().store.put(kind, key, { ...operation, status: 'RUNNING', startTime: timestamp(world()) });
    }
    if (!fault?.never) timers.after(left, () => end(kind, key, fault?.error));
  }
  function end(kind: string, key: string, error: OperationError | undefined): void {
    const operation = world().store.get<Kept>(kind, key);
    if (!operation) return;
    let outcome: unknown;
    try {
      if (error) throw error;
      const effect = operation._effect;
      outcome = effect && runEffect(effects, effect.name, world(), effect.args);
    } catch (thrown) {
      world().store.put(kind, key, failed(operation, asOperationError(thrown), timestamp(world())));
      return;
    }
    const again = isAgain(outcome) ? outcome.again : undefined;
    if (again !== undefined) timers.after(again, () => end(kind, key, undefined));
    else world().store.put(kind, key, succeeded(operation, outcome, timestamp(world())));
  }

  return {
    compute(input) {
      const operation = computeOperation(input, world());
      start('operations', `projects/${input.project}/${input.scope}/operations/${operation.name}`, {
        ...operation,
        _latency: input.latency ?? latency,
        ...(input.effect ? { _effect: input.effect } : {}),
      });
      return operation;
    },
    longRunning(input) {
      const id = `operation-${world().store.nextId()}`;
      const operation: LongRunningOperation = {
        name: `${input.parent ? `${input.parent}/` : ''}operations/${id}`,
        metadata: { ...input.metadata, createTime: timestamp(world()) },
        done: false,
      };
      start('longRunningOperations', `${input.host}/${operation.name}`, {
        ...operation,
        _latency: input.latency ?? latency,
        ...(input.effect ? { _effect: input.effect } : {}),
        ...(input.response ? { _response: input.response } : {}),
      });
      return operation;
    },
    resume() {
      for (const kind of ['operations', 'longRunningOperations']) {
        for (const [key, operation] of world().store.entries<Kept>(kind)) {
          if (isDone(operation)) forgetOld(kind, key, operation);
          else
            timers.after(operation._latency / 4, () => run(kind, key, operation._latency * 0.75, faultOf(operation)));
        }
      }
    },
  };
}

/** What the fault plan has in store for one operation. */
export interface OperationFault {
  /** It ends with this error, without its effect. */
  error?: OperationError;
  /** It stays RUNNING for ever. */
  never?: boolean;
  /** It takes this many milliseconds. */
  latency?: number;
}

function isDone(operation: Kept): boolean {
  return 'status' in operation ? operation.status === 'DONE' : operation.done;
}

function describe(operation: Kept): { type: string; target: string } {
  if ('operationType' in operation) return { type: operation.operationType, target: operation.targetLink };
  const { verb = '', target = operation.name } = operation.metadata as { verb?: string; target?: string };
  return { type: verb, target };
}

function computeOperation(input: ComputeOperationInput, { store, clock }: World): ComputeOperation {
  const id = store.nextId();
  const name = `operation-${clock.now()}-${BigInt(id).toString(16)}-00000000-00000000`;
  const scopeUrl = `${computeUrl}/projects/${input.project}/${input.scope}`;
  return {
    kind: 'compute#operation',
    id,
    name,
    status: 'PENDING',
    operationType: input.operationType,
    targetLink: input.targetLink,
    ...(input.targetId ? { targetId: input.targetId } : {}),
    user: (input.user ?? 'user:operator@sandbox.test').replace(/^\w+:/, ''),
    progress: 0,
    insertTime: new Date(clock.now()).toISOString(),
    selfLink: `${scopeUrl}/operations/${name}`,
    ...(input.scope.startsWith('zones/') ? { zone: scopeUrl } : {}),
    ...(input.scope.startsWith('regions/') ? { region: scopeUrl } : {}),
  };
}

function succeeded(operation: Kept, outcome: unknown, now: string): Kept {
  if ('status' in operation) return { ...operation, status: 'DONE', progress: 100, endTime: now };
  const prepared = (operation as { _response?: object })._response;
  const response = typeof outcome === 'object' && outcome !== null ? outcome : (prepared ?? {});
  return { ...operation, done: true, metadata: { ...operation.metadata, endTime: now }, response };
}

function failed(operation: Kept, error: OperationError, now: string): Kept {
  if ('status' in operation) {
    return {
      ...operation,
      status: 'DONE',
      progress: 100,
      endTime: now,
      error: {
        errors: [
          {
            code: error.code,
            message: error.message,
            ...(error.details.length > 0 ? { errorDetails: error.details } : {}),
          },
        ],
      },
      httpErrorStatusCode: error.httpStatus,
      httpErrorMessage: statusText(error.httpStatus),
    };
  }
  return {
    ...operation,
    done: true,
    metadata: { ...operation.metadata, endTime: now },
    error: {
      code: statusCode(error.httpStatus),
      message: error.message,
      ...(error.details.length > 0 ? { details: error.details } : {}),
    },
  };
}

function timestamp({ clock }: World): string {
  return new Date(clock.now()).toISOString();
}

function isAgain(outcome: unknown): outcome is { again: number } {
  return typeof outcome === 'object' && outcome !== null && typeof (outcome as { again?: unknown }).again === 'number';
}
