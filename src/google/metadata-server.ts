import * as z from 'zod';

import type { Clock } from '../core/clock.ts';

const Token = z.object({ access_token: z.string(), expires_in: z.number() });

/** The metadata server of the machine we run on. */
export interface MetadataServer {
  /** Address of the service account whose tokens it hands out. */
  email: string;
  token(): Promise<string>;
}

// A token is asked for anew when it is this close to its end (milliseconds); the server keeps handing out the old one
// until four minutes before: https://cloud.google.com/compute/docs/access/authenticate-workloads#applications
const spare = 3 * 60_000;

/**
 * Looks whether this machine has a metadata server with a service account, and waits a second at most: most machines are
 * laptops. Answers it, or the reason why not.
 */
export async function findMetadataServer(
  environment: NodeJS.ProcessEnv,
  clock: Clock,
  patience = 1_000,
): Promise<MetadataServer | { reason: string }> {
  // The address instead of the name: a name that does not resolve can cost many seconds.
  const host = environment.GCE_METADATA_HOST || '169.254.169.254';
  const account = `http://${host}/computeMetadata/v1/instance/service-accounts/default`;
  let email: string;
  try {
    email = await ask(`${account}/email`, patience);
  } catch {
    return { reason: 'this machine has no metadata server of Google' };
  }
  if (!email.includes('@')) return { reason: 'this machine has no service account' };

  let current: { token: string; end: number } | undefined;
  return {
    email,
    async token() {
      if (current === undefined || clock.now() > current.end - spare) {
        const { access_token, expires_in } = Token.parse(JSON.parse(await ask(`${account}/token`, 30_000)));
        current = { token: access_token, end: clock.now() + expires_in * 1000 };
      }
      return current.token;
    },
  };
}

async function ask(url: string, timeout: number): Promise<string> {
  const response = await fetch(url, {
    headers: { 'Metadata-Flavor': 'Google' },
    signal: AbortSignal.timeout(timeout),
  });
  const text = await response.text();
  // Somebody else's server on that address does not send the header back.
  if (response.headers.get('metadata-flavor') !== 'Google') throw new Error('it is not a metadata server');
  if (!response.ok) throw new Error(`the metadata server answered ${response.status}: ${text.slice(0, 200)}`);
  return text;
}
