import type { Service } from '../../google/endpoints.ts';
import { isRefusal } from './api-error.ts';
import type { Api, Json } from './api.ts';
import { goDuration } from './timeout.ts';

/** How one family of APIs reports work that takes time. */
export type OperationKind = 'compute' | 'longrunning';

/** What to wait for. */
export interface Waiting {
  api: Api;
  kind: OperationKind;
  service: Service;
  project: string;
  /** `Creating Network`, as the real provider calls it in its errors. */
  activity: string;
  minutes: number;
}

// The real provider asks every 10 s; the sandbox answers in milliseconds.
const pollEvery = 60;

/** Waits until an operation is done. Throws what it ended with, in the real provider's words. */
export async function waitForOperation(operation: Json, waiting: Waiting): Promise<Json> {
  const { kind } = waiting;
  const polls = (waiting.minutes * 60_000) / pollEvery;
  let latest = operation;
  if (isDone(kind, latest)) return finished(kind, latest);
  try {
    for (let poll = 0; poll < polls; poll += 1) {
      latest = await ask(operation, waiting, poll > 0 ? pollEvery : 0);
      if (isDone(kind, latest)) return finished(kind, latest);
    }
  } catch (error) {
    throw new Error(`Error waiting for ${waiting.activity}: ${(error as Error).message}`, { cause: error });
  }
  const [state, wanted] = kind === 'compute' ? [String(latest.status), 'DONE'] : ['done: false', 'done: true'];
  throw new Error(
    `Error waiting for ${waiting.activity}: timeout while waiting for state to become '${wanted}' (last state: '${state}', timeout: ${goDuration(waiting.minutes)})`,
  );
}

async function ask(operation: Json, waiting: Waiting, after: number): Promise<Json> {
  try {
    if (after > 0) await waiting.api.pause(after);
    return await waiting.api.call({ method: 'GET', service: waiting.service, path: operationPath(operation, waiting) });
  } catch (error) {
    if (isRefusal(error, 404)) return operation;
    throw new Error(`error while retrieving operation: ${(error as Error).message}`, { cause: error });
  }
}

function operationPath(operation: Json, { kind, project }: Waiting): string {
  const name = String(operation.name);
  if (kind === 'longrunning') return `/v1/${name}`;
  const last = (link: unknown): string => String(link).split('/').at(-1) ?? '';
  const scope = operation.zone
    ? `zones/${last(operation.zone)}`
    : operation.region
      ? `regions/${last(operation.region)}`
      : 'global';
  return `/compute/v1/projects/${project}/${scope}/operations/${name}`;
}

function isDone(kind: OperationKind, operation: Json): boolean {
  return kind === 'compute' ? operation.status === 'DONE' : operation.done === true;
}

function finished(kind: OperationKind, operation: Json): Json {
  if (!operation.error) return operation;
  if (kind === 'compute') throw new Error(computeErrors(operation.error));
  const { code, message } = operation.error as { code?: number; message?: string };
  throw new Error(`Error code ${String(code)}, message: ${message ?? ''}`);
}

interface ComputeError {
  code?: string;
  message?: string;
  errorDetails?: {
    quotaInfo?: { metricName?: string; limitName?: string; limit?: number; dimensions?: Record<string, string> };
  }[];
}

function computeErrors({ errors = [] }: { errors?: ComputeError[] }): string {
  return errors
    .map((error) => {
      const quota =
        error.code === 'QUOTA_EXCEEDED' ? error.errorDetails?.find((detail) => detail.quotaInfo)?.quotaInfo : undefined;
      const lines = [error.message ?? ''];
      if (quota) {
        lines.push(`\tmetric name = ${quota.metricName ?? ''}`, `\tlimit name = ${quota.limitName ?? ''}`);
        if (quota.limit) lines.push(`\tlimit = ${quota.limit}`);
        if (quota.dimensions) {
          const pairs = Object.entries(quota.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
          lines.push(`\tdimensions = map[${pairs.map(([name, value]) => `${name}:${value}`).join(' ')}]`);
        }
      }
      return `${lines.join('\n')}\n`;
    })
    .join('');
}
