import { ApiError } from './service.ts';
import type { Store } from './service.ts';
import { tokenPrincipal } from './tokens.ts';

const expected =
  'Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.';

/** Whose token the `Authorization` header holds; '' without one where the API is open. Throws 401. */
export function authenticate(header: string | undefined, open: boolean, store: Store, now: number): string {
  const [scheme = '', token = ''] = header?.split(' ') ?? [];
  const principal = scheme.toLowerCase() === 'bearer' ? tokenPrincipal(store, token, now) : undefined;
  if (principal) return principal;
  if (open) return '';
  if (header) throw new ApiError(401, 'authError', `Request had invalid authentication credentials. ${expected}`);
  throw new ApiError(401, 'required', `Request is missing required authentication credential. ${expected}`);
}
