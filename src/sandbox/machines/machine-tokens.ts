import type { World } from '../service.ts';
import { issueToken } from '../tokens.ts';

const life = 3_600_000;
// Google's server hands out the same token until five minutes before its end.
const spare = 300_000;

/** The access tokens of a machine's service accounts, as the metadata server answers them. */
export function createMachineTokens(world: World): (email: string) => object {
  const kept = new Map<string, { token: string; expires: number }>();
  return (email) => {
    const now = world.clock.now();
    let current = kept.get(email);
    if (!current || current.expires - now < spare) {
      current = { token: issueToken(world.store, `serviceAccount:${email}`, now, life), expires: now + life };
      kept.set(email, current);
    }
    return {
      access_token: current.token,
      expires_in: Math.floor((current.expires - now) / 1000),
      token_type: 'Bearer',
    };
  };
}
