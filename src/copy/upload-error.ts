// https://cloud.google.com/storage/docs/retry-strategy#retryable
const passingStatus = new Set([408, 429, 500, 502, 503, 504]);

/** The HTTP status in an error of the client library, which has it in one of three places; `undefined` without an answer. */
export function statusOf(error: unknown): number | undefined {
  const { code, status, response } = error as { code?: unknown; status?: unknown; response?: { status?: unknown } };
  const found = [code, status, response?.status].map(Number).find((number) => number >= 400 && number < 600);
  return found;
}

/** Tells whether the same upload may succeed when it is tried again. */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return passingStatus.has(status) || isDamaged(error);
  // Without an answer the connection broke, unless it is a mistake of ours.
  return !(error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError);
}

/** What an upload ended with, in a few words: the status and Google's own sentence. */
export function describeUpload(error: unknown): string {
  const status = statusOf(error);
  const { message } = error as { message?: unknown };
  const text = typeof message === 'string' && message !== '' ? message : 'no answer';
  return status === undefined ? text : `HTTP ${status}: ${text}`;
}

/** Google found another checksum than ours: https://cloud.google.com/storage/docs/data-validation */
function isDamaged(error: unknown): boolean {
  return /crc32c/i.test(String((error as { message?: unknown }).message));
}
