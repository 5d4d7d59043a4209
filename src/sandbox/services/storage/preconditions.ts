import { ApiError } from '../../service.ts';
import type { Request } from '../../service.ts';

/** What preconditions are held against; `undefined` where nothing is there, which counts as generation 0. */
export type Versioned = { generation?: string; metageneration: string } | undefined;

/**
 * Throws 412 `conditionNotMet` (304 for reads with a `NotMatch`) where a precondition of the query does not hold:
 * https://cloud.google.com/storage/docs/request-preconditions. `prefix` is `ifSource` for the source of a copy.
 */
export function checkPreconditions(
  { query, method }: Pick<Request, 'query' | 'method'>,
  current: Versioned,
  prefix: 'if' | 'ifSource' = 'if',
): void {
  const generation = current?.generation ?? '0';
  const metageneration = current?.metageneration ?? '0';
  const isRead = method === 'GET' || method === 'HEAD';
  check(query, `${prefix}GenerationMatch`, (wanted) => wanted === BigInt(generation));
  check(query, `${prefix}MetagenerationMatch`, (wanted) => wanted === BigInt(metageneration));
  check(query, `${prefix}GenerationNotMatch`, (unwanted) => unwanted !== BigInt(generation), isRead);
  check(query, `${prefix}MetagenerationNotMatch`, (unwanted) => unwanted !== BigInt(metageneration), isRead);
}

function check(query: Request['query'], name: string, holds: (value: bigint) => boolean, notModified = false): void {
  const text = query[name];
  if (text === undefined) return;
  if (!/^-?\d+$/.test(text)) throw new ApiError(400, 'invalidParameter', `Invalid value for ${name}: ${text}`);
  if (holds(BigInt(text))) return;
  if (notModified) throw new ApiError(304, 'notModified', 'Not Modified');
  throw new ApiError(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
}
