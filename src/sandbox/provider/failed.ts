/** A mistake in our own code, not something that can go wrong. */
export function isBug(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

/** Puts what failed in front of Google's reason; nothing where the reason stands alone, and nothing before a bug. */
export function failed(what: string, error: unknown): Error {
  if (isBug(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(what === '' ? reason : `${what}: ${reason}`, { cause: error });
}
