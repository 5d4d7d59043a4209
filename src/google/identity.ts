import * as z from 'zod';

import { fail } from '../core/faults.ts';
import type { Cloud } from './cloud.ts';
import type { GoogleHttp } from './http.ts';

/** Whose credentials these are. */
export interface Identity {
  email: string;
  /** As IAM writes it in a policy: `user:…` or `serviceAccount:…`. */
  member: string;
}

/**
 * Whose credentials these are: what the credentials say themselves, else what Google says of their token. Throws
 * IDENTITY_UNKNOWN for those that belong to nobody with an address.
 */
export async function identify({ tokens }: Cloud, http: GoogleHttp): Promise<Identity> {
  const email = (await tokens.email?.()) ?? (await emailOf(http, await tokens.token()));
  if (email === '') throw fail('IDENTITY_UNKNOWN', { who: await tokens.describe() });
  return { email, member: `${email.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user'}:${email}` };
}

// https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken; tokens of users that were
// made without the scope `userinfo.email` tell no address.
async function emailOf(http: GoogleHttp, token: string): Promise<string> {
  const { email } = await http.call(
    {
      method: 'POST',
      service: 'oauth2',
      path: '/tokeninfo',
      media: { type: 'application/x-www-form-urlencoded', content: `access_token=${encodeURIComponent(token)}` },
      idempotent: true,
    },
    z.object({ email: z.string().default('') }),
  );
  return email;
}
