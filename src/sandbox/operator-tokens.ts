import * as z from 'zod';

import type { Clock } from '../core/clock.ts';
import type { TokenSource } from '../google/cloud.ts';

const Answer = z.object({ access_token: z.string(), expires_in: z.number() });
const margin = 5 * 60_000;

/** Access tokens of the sandbox's operator, from its own token endpoint; one is used until five minutes before its end. */
export function operatorTokens(url: string, clock: Clock): TokenSource {
  let token = '';
  let expires = 0;
  return {
    async token() {
      if (clock.now() < expires - margin) return token;
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'operator' });
      const response = await fetch(`${url}/oauth2.googleapis.com/token`, { method: 'POST', body });
      const answer = Answer.parse(await response.json());
      token = answer.access_token;
      expires = clock.now() + answer.expires_in * 1000;
      return token;
    },
    describe: () => Promise.resolve('the operator of the sandbox'),
  };
}
