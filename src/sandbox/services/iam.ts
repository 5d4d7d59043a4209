import * as z from 'zod';

import { ApiError, defineService } from '../service.ts';
import type { Handler, Request } from '../service.ts';
import { requireApi } from './apis.ts';
import { denied, gated } from './gate.ts';
import { jsonBody, maskedFields } from './json-body.ts';
import { mayCall } from './permissions.ts';
import { emptyPolicy, heldPermissions, replacedPolicy } from './policy.ts';
import { projectOf, serviceAccount } from './projects.ts';
import type { Policy, Project, ServiceAccount } from './projects.ts';

const api = 'iam.googleapis.com';

const NewAccount = z.looseObject({
  accountId: z.string(),
  serviceAccount: z
    .looseObject({ displayName: z.string().optional(), description: z.string().optional() })
    .prefault({}),
});
const ChangedAccount = z.looseObject({
  serviceAccount: z.looseObject({
    displayName: z.string().optional(),
    description: z.string().optional(),
    etag: z.string().nullish(),
  }),
  updateMask: z.string(),
});

const base = '/v1/projects/{project}/serviceAccounts';

/** Service accounts: https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts */
export const iam = defineService({
  host: api,
  mount: `/${api}`,
  notModelled: ['keys of service accounts', 'custom roles', 'workload identity pools', 'deny policies'],
  routes: {
    [`POST ${base}`]: gated({ api, permission: 'iam.serviceAccounts.create' }, create),
    [`GET ${base}`]: gated({ api, permission: 'iam.serviceAccounts.list' }, list),
    [`GET ${base}/{account}`]: onAccount('get', (_request, account) => account),
    [`PATCH ${base}/{account}`]: onAccount('update', update),
    [`DELETE ${base}/{account}`]: onAccount('delete', remove),
    [`POST ${base}/{account}:undelete`]: undelete,
    [`POST ${base}/{account}:disable`]: onAccount('disable', (request, account) =>
      put(request, { ...account, disabled: true }, {}),
    ),
    [`POST ${base}/{account}:enable`]: onAccount('enable', (request, { disabled: _disabled, ...account }) =>
      put(request, account, {}),
    ),
    [`POST ${base}/{account}:getIamPolicy`]: onAccount('getIamPolicy', ({ store }, { name }) => policyOf(store, name)),
    [`POST ${base}/{account}:setIamPolicy`]: onAccount('setIamPolicy', setPolicy),
    [`POST ${base}/{account}:testIamPermissions`]: onAccount('get', (request, account) =>
      heldPermissions(request, account.projectId),
    ),
  },
});

function create({ store, body }: Request, project: Project): ServiceAccount {
  const { accountId, serviceAccount: texts } = jsonBody(NewAccount, body);
  if (!/^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/.test(accountId)) {
    const why =
      accountId.length < 6 || accountId.length > 30
        ? 'does not have a length between 6 and 30'
        : 'does not match [a-z]([-a-z0-9]*[a-z0-9])';
    throw new ApiError(400, 'badRequest', `The account ID "${accountId}" ${why}.`);
  }
  const email = `${accountId}@${project.projectId}.iam.gserviceaccount.com`;
  if (store.get('serviceAccounts', `projects/${project.projectId}/serviceAccounts/${email}`)) {
    throw new ApiError(
      409,
      'alreadyExists',
      `Service account ${accountId} already exists within project projects/${project.projectId}.`,
    );
  }
  const account = serviceAccount(store, project, email, texts);
  store.put('serviceAccounts', account.name, account);
  return account;
}

function list({ store, query }: Request, { projectId }: Project): object {
  const all = store.list<ServiceAccount>('serviceAccounts', `projects/${projectId}/serviceAccounts/`);
  const size = Math.min(Number(query['pageSize'] ?? 20) || 20, 100);
  const start = Number(query['pageToken'] ?? 0);
  const accounts = all.slice(start, start + size);
  const next = start + size < all.length ? { nextPageToken: String(start + size) } : {};
  return accounts.length > 0 ? { accounts, ...next } : {};
}

function update(request: Request, account: ServiceAccount): ServiceAccount {
  const { serviceAccount: wanted, updateMask } = jsonBody(ChangedAccount, request.body);
  if (wanted.etag && wanted.etag !== account.etag) {
    throw new ApiError(
      409,
      'aborted',
      `The service account ${account.email} was changed meanwhile: its etag is not ${wanted.etag}.`,
    );
  }
  const fields = maskedFields(updateMask);
  const changed = {
    ...account,
    ...(fields.includes('displayName') ? { displayName: wanted.displayName } : {}),
    ...(fields.includes('description') ? { description: wanted.description } : {}),
    etag: Buffer.from(request.store.nextId()).toString('base64'),
  };
  return put(request, changed, changed);
}

// Machines that run as it keep running, without a token. What was granted to it stays, under its deleted name.
function remove({ store }: Request, account: ServiceAccount): object {
  const { name, projectId, uniqueId, email } = account;
  store.delete('serviceAccounts', name);
  store.put('deletedServiceAccounts', `projects/${projectId}/serviceAccounts/${uniqueId}`, account);
  renameMember(store, projectId, `serviceAccount:${email}`, `deleted:serviceAccount:${email}?uid=${uniqueId}`);
  return {};
}

function undelete({ store, params, now, principal }: Request): object {
  const project = projectOf(store, params['project'] ?? '', now);
  const key = `projects/${project.projectId}/serviceAccounts/${params['account'] ?? ''}`;
  if (!mayCall(store, project.projectId, principal, 'iam.serviceAccounts.undelete')) {
    throw denied('iam.serviceAccounts.undelete', `//${api}/${key}`);
  }
  const account = store.get<ServiceAccount>('deletedServiceAccounts', key);
  if (!account) throw unknownAccount();
  store.delete('deletedServiceAccounts', key);
  store.put('serviceAccounts', account.name, account);
  renameMember(
    store,
    project.projectId,
    `deleted:serviceAccount:${account.email}?uid=${account.uniqueId}`,
    `serviceAccount:${account.email}`,
  );
  return { restoredAccount: account };
}

function setPolicy({ store, body }: Request, { name }: ServiceAccount): Policy {
  const policy = replacedPolicy(store, body, policyOf(store, name));
  store.put('serviceAccountPolicies', name, policy);
  return policy;
}

function policyOf(store: Request['store'], name: string): Policy {
  return store.get<Policy>('serviceAccountPolicies', name) ?? emptyPolicy;
}

function renameMember(store: Request['store'], projectId: string, from: string, to: string): void {
  const policy = store.get<Policy>('projectPolicies', projectId);
  if (!policy?.bindings?.some(({ members }) => members.includes(from))) return;
  const bindings = policy.bindings.map((binding) => ({
    ...binding,
    members: binding.members.map((member) => (member === from ? to : member)),
  }));
  store.put('projectPolicies', projectId, {
    ...policy,
    bindings,
    etag: Buffer.from(store.nextId()).toString('base64'),
  });
}

function onAccount(verb: string, work: (request: Request, account: ServiceAccount) => unknown): Handler {
  return (request) => {
    const { store, params, now, principal } = request;
    const id = params['account'] ?? '';
    // `-` stands for whichever project the account is in.
    const wanted = params['project'] === '-' ? (/@([^.]+)\./.exec(id)?.[1] ?? '-') : (params['project'] ?? '');
    const project = projectOf(store, wanted, now);
    requireApi(store, project, api);
    const permission = `iam.serviceAccounts.${verb}`;
    if (!mayCall(store, project.projectId, principal, permission)) {
      throw denied(permission, `//${api}/projects/${project.projectId}/serviceAccounts/${id}`);
    }
    const prefix = `projects/${project.projectId}/serviceAccounts/`;
    const account =
      store.get<ServiceAccount>('serviceAccounts', prefix + id) ??
      store.list<ServiceAccount>('serviceAccounts', prefix).find(({ uniqueId }) => uniqueId === id);
    if (!account) throw unknownAccount();
    return work(request, account);
  };
}

function put<T>({ store }: Request, account: ServiceAccount, answer: T): T {
  store.put('serviceAccounts', account.name, account);
  return answer;
}

function unknownAccount(): ApiError {
  return new ApiError(404, 'notFound', 'Unknown service account');
}
