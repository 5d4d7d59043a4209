import * as z from 'zod';

import type { GoogleHttp } from './http.ts';

const PosixAccount = z.object({
  username: z.string(),
  primary: z.boolean().default(false),
  operatingSystemType: z.string().default('LINUX'),
  accountId: z.string().default(''),
});
const Profile = z.object({
  posixAccounts: z.array(PosixAccount).default([]),
  sshPublicKeys: z.record(z.string(), z.object({ key: z.string() })).default({}),
});

/** A key that machines of a project accept for a while. */
export interface ImportedKey {
  /** The Linux user: `sa_<id>` for service accounts. */
  username: string;
  /** Google's name of the key, for taking it away; `undefined` when Google has not taken it, and `details` says why. */
  fingerprint: string | undefined;
  details: string;
}

/**
 * Announces a public key for `user` (e-mail address or unique id) until `expires` (milliseconds since 1970). Google makes
 * the Linux user for the project where there is none; the answer waits until the key is known in `region`.
 * https://cloud.google.com/compute/docs/oslogin/rest/v1/users/importSshPublicKey
 */
export async function importSshPublicKey(
  http: GoogleHttp,
  options: { user: string; project: string; region: string; key: string; expires: number },
): Promise<ImportedKey> {
  const { loginProfile, details } = await http.call(
    {
      method: 'POST',
      service: 'oslogin',
      path: `/v1/users/${encodeURIComponent(options.user)}:importSshPublicKey`,
      query: { projectId: options.project, regions: options.region },
      // Microseconds, as a text: the JSON form of 64-bit numbers.
      body: { key: options.key, expirationTimeUsec: `${Math.round(options.expires)}000` },
      idempotent: true,
    },
    z.object({ loginProfile: Profile.prefault({}), details: z.string().default('') }),
  );
  const linux = loginProfile.posixAccounts.filter(({ operatingSystemType }) => operatingSystemType !== 'WINDOWS');
  const account =
    linux.find(({ accountId }) => accountId === options.project) ?? linux.find(({ primary }) => primary) ?? linux[0];
  // Google keeps its own idea of the comment.
  const [, own = ''] = options.key.split(' ');
  const found = Object.entries(loginProfile.sshPublicKeys).find(([, { key }]) => key.includes(own));
  return { username: account?.username ?? '', fingerprint: found?.[0], details };
}

/** Takes a key away before its time. https://cloud.google.com/compute/docs/oslogin/rest/v1/users.sshPublicKeys/delete */
export async function deleteSshPublicKey(http: GoogleHttp, user: string, fingerprint: string): Promise<void> {
  await http.call(
    {
      method: 'DELETE',
      service: 'oslogin',
      path: `/v1/users/${encodeURIComponent(user)}/sshPublicKeys/${encodeURIComponent(fingerprint)}`,
    },
    z.unknown(),
  );
}
