import { randomBytes } from 'node:crypto';

import type { Store } from './service.ts';

interface Token {
  principal: string;
  /** Milliseconds since 1970. */
  expires: number;
}

/** Who runs the product against the sandbox, and may do everything there. */
export const operator = 'user:operator@sandbox.test';

const lifetime = 3_600_000;

/** A new access token for `principal` (`user:…`, `serviceAccount:…`), good for an hour or `life` milliseconds. */
export function issueToken(store: Store, principal: string, now: number, life = lifetime): string {
  for (const [key, token] of store.entries<Token>('tokens')) {
    if (token.expires <= now) store.delete('tokens', key);
  }
  const token = `sandbox-${randomBytes(24).toString('base64url')}`;
  store.put('tokens', token, { principal, expires: now + life } satisfies Token);
  return token;
}

/** Whose token it is; `undefined` when it was never issued or has expired. */
export function tokenPrincipal(store: Store, token: string, now: number): string | undefined {
  const found = store.get<Token>('tokens', token);
  return found && found.expires > now ? found.principal : undefined;
}
