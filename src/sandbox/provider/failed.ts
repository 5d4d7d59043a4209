/** Puts what failed in front of Google's reason; nothing where the reason stands alone. */
export function failed(what: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(what === '' ? reason : `${what}: ${reason}`, { cause: error });
}
