import { createHash } from 'node:crypto';

import * as z from 'zod';

import { ApiError, defineService, publicPart } from '../service.ts';
import type { Handler, Request, Store } from '../service.ts';
import { requireApi } from './apis.ts';
import { denied } from './gate.ts';
import { jsonBody, maskedFields } from './json-body.ts';
import { mayUse } from './permissions.ts';
import { projectOf } from './projects.ts';
import type { ServiceAccount } from './projects.ts';

const api = 'oslogin.googleapis.com';

const PublicKey = z.looseObject({
  key: z
    .string()
    .trim()
    .regex(/^[\x20-\x7e]+$/, 'must be one line of text'),
  expirationTimeUsec: z.coerce.string().regex(/^\d+$/).optional(),
});
const PartOfPublicKey = PublicKey.partial();

interface StoredKey {
  name: string;
  fingerprint: string;
  key: string;
  expirationTimeUsec?: string;
}

interface PosixAccount {
  _principal: string;
  primary: boolean;
  username: string;
  uid: string;
  gid: string;
  homeDirectory: string;
  operatingSystemType: 'LINUX';
  accountId: string;
  name: string;
}

/** Somebody who may log in to a machine now. */
export interface Login {
  username: string;
  uid: string;
  homeDirectory: string;
  /** Public keys in the form of an authorized_keys file. */
  keys: string[];
}

/** Linux users and SSH keys of Google accounts: https://cloud.google.com/compute/docs/oslogin/rest */
export const osLogin = defineService({
  host: api,
  mount: `/${api}`,
  notModelled: [
    'keys of somebody else',
    'security keys, second factors, certificates',
    'sudo (roles/compute.osAdminLogin)',
  ],
  routes: {
    'GET /v1/users/{user}/loginProfile': onUser(profile),
    'POST /v1/users/{user}:importSshPublicKey': onUser(importKey),
    'DELETE /v1/users/{user}/projects/{project}': onUser(({ store, params }, user) => {
      const gone = store.delete('posixAccounts', `${user.id}/${params['project'] ?? ''}`);
      if (!gone) throw new ApiError(404, 'notFound', 'POSIX account not found.');
      return {};
    }),
    'POST /v1/users/{user}/sshPublicKeys': onUser((request, user) => addKey(request, user)),
    'GET /v1/users/{user}/sshPublicKeys/{fingerprint}': onUser(findKey),
    'PATCH /v1/users/{user}/sshPublicKeys/{fingerprint}': onUser(changeKey),
    'DELETE /v1/users/{user}/sshPublicKeys/{fingerprint}': onUser((request, user) => {
      request.store.delete('sshPublicKeys', `${user.id}/${findKey(request, user).fingerprint}`);
      return {};
    }),
  },
});

/**
 * Who may log in to a machine of the project that runs as `serviceAccounts`, with what keys. As Google's metadata server,
 * it looks at permissions and expiry each time: https://cloud.google.com/compute/docs/oslogin/set-up-oslogin#configure_users
 */
export function loginsOf(store: Store, project: string, serviceAccounts: boolean, now: number): Login[] {
  const logins: Login[] = [];
  for (const [path, account] of store.entries<PosixAccount>('posixAccounts')) {
    const [id = ''] = path.split('/');
    const needed = ['compute.instances.osLogin', ...(serviceAccounts ? ['iam.serviceAccounts.actAs'] : [])];
    if (!needed.every((permission) => mayUse(store, project, account._principal, permission))) continue;
    const keys = store
      .list<StoredKey>('sshPublicKeys', `${id}/`)
      .filter((one) => one.expirationTimeUsec === undefined || Number(one.expirationTimeUsec) > now * 1000)
      .map((one) => one.key);
    const { username, uid, homeDirectory } = account;
    if (keys.length > 0 && !logins.some((login) => login.username === username)) {
      logins.push({ username, uid, homeDirectory, keys });
    }
  }
  return logins;
}

interface User {
  id: string;
  email: string;
  principal: string;
}

// Everybody may see and change their own profile, and nobody another one.
function onUser(work: (request: Request, user: User) => unknown): Handler {
  return (request) => {
    const { store, params, query, principal, now } = request;
    const wanted = query['projectId'] ?? params['project'];
    if (wanted !== undefined) requireApi(store, projectOf(store, wanted, now), api);
    const email = principal.replace(/^\w+:/, '');
    const user = { id: userId(store, email), email, principal };
    if (params['user'] !== email && params['user'] !== user.id) {
      throw denied('oslogin.users.get', `//${api}/users/${params['user'] ?? ''}`);
    }
    return work(request, user);
  };
}

function profile({ store }: Request, { id }: User): object {
  const accounts = store.list<PosixAccount>('posixAccounts', `${id}/`).map(publicPart);
  const keys = store.list<StoredKey>('sshPublicKeys', `${id}/`);
  return {
    name: id,
    ...(accounts.length > 0 ? { posixAccounts: accounts } : {}),
    ...(keys.length > 0 ? { sshPublicKeys: Object.fromEntries(keys.map((key) => [key.fingerprint, key])) } : {}),
  };
}

function importKey(request: Request, user: User): object {
  const { store, query, now } = request;
  addKey(request, user);
  const project = query['projectId'];
  if (project !== undefined) {
    const { projectId } = projectOf(store, project, now);
    store.put('posixAccounts', `${user.id}/${projectId}`, posixAccount(store, user, projectId));
  }
  return { loginProfile: profile(request, user) };
}

function posixAccount(store: Store, { id, email, principal }: User, project: string): PosixAccount {
  const first = store.list('posixAccounts', `${id}/`).length === 0;
  // https://cloud.google.com/compute/docs/oslogin/set-up-oslogin#service_account
  const username = principal.startsWith('serviceAccount:')
    ? `sa_${id}`
    : email.toLowerCase().replaceAll(/[^a-z0-9]/g, '_');
  const uid = String(2_000_000_000 + (createHash('sha256').update(id).digest().readUInt32BE() % 100_000_000));
  return {
    _principal: principal,
    primary: first,
    username: username.slice(0, 32),
    uid,
    gid: uid,
    homeDirectory: `/home/${username.slice(0, 32)}`,
    operatingSystemType: 'LINUX',
    accountId: project,
    name: `users/${id}/projects/${project}`,
  };
}

function addKey({ store, body }: Request, { id }: User): StoredKey {
  const { key, expirationTimeUsec } = jsonBody(PublicKey, body);
  const [type = '', base64 = ''] = key.split(/\s+/);
  const blob = Buffer.from(base64, 'base64');
  // The blob begins with the length of the type and the type: RFC 4253, section 6.6.
  const length = blob.length < 4 ? 0 : blob.readUInt32BE();
  if (type === '' || blob.subarray(4, 4 + length).toString() !== type) {
    throw new ApiError(400, 'invalid', 'Invalid SSH public key.');
  }
  const fingerprint = createHash('sha256').update(blob).digest('hex');
  const stored: StoredKey = {
    name: `users/${id}/sshPublicKeys/${fingerprint}`,
    fingerprint,
    key,
    ...(expirationTimeUsec === undefined ? {} : { expirationTimeUsec }),
  };
  store.put('sshPublicKeys', `${id}/${fingerprint}`, stored);
  return stored;
}

function findKey({ store, params }: Request, { id }: User): StoredKey {
  const found = store.get<StoredKey>('sshPublicKeys', `${id}/${params['fingerprint'] ?? ''}`);
  if (!found) throw new ApiError(404, 'notFound', 'SSH public key not found.');
  return found;
}

function changeKey(request: Request, user: User): StoredKey {
  const old = findKey(request, user);
  const wanted = jsonBody(PartOfPublicKey, request.body);
  const fields = maskedFields(request.query['updateMask'] ?? 'expirationTimeUsec');
  if (!fields.includes('expirationTimeUsec')) return old;
  const { expirationTimeUsec: _before, ...rest } = old;
  const { expirationTimeUsec } = wanted;
  const changed = { ...rest, ...(expirationTimeUsec === undefined ? {} : { expirationTimeUsec }) };
  request.store.put('sshPublicKeys', `${user.id}/${old.fingerprint}`, changed);
  return changed;
}

// Service accounts have an id of 21 digits; that of a user follows from the address.
function userId(store: Store, email: string): string {
  const [, project = ''] = /@([^.]+)\./.exec(email) ?? [];
  const account =
    store.get<ServiceAccount>('serviceAccounts', `projects/${project}/serviceAccounts/${email}`) ??
    store.list<ServiceAccount>('serviceAccounts').find((one) => one.email === email);
  if (account) return account.uniqueId;
  const hash = createHash('sha256').update(email).digest().readBigUInt64BE();
  return `1${String(hash).padStart(20, '0')}`;
}
