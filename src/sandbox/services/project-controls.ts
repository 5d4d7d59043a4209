import * as z from 'zod';

import { defineService } from '../service.ts';
import { recordPermissions, usedPermissions } from '../used-permissions.ts';
import type { Request } from '../service.ts';
import { setApi, setBilling } from './apis.ts';
import { jsonBody } from './json-body.ts';
import { allowPermission, denyPermission } from './permissions.ts';
import { projectOf } from './projects.ts';
import type { Project } from './projects.ts';

const ApiState = z.strictObject({ state: z.enum(['ENABLED', 'DISABLED']) });
const Billing = z.strictObject({ enabled: z.boolean() });

/** The sandbox's own API, without a token: what a project's administrator may have done to it. */
export const projectControls = defineService({
  host: 'sandbox',
  mount: '/_sandbox',
  open: true,
  notModelled: [],
  routes: {
    'GET /permissions': ({ store }) => usedPermissions(store),
    'PUT /permissions': ({ store }) => recordPermissions(store),
    'GET /denied': ({ store }) => store.list('deniedPermissions'),
    'PUT /denied/{permission}': ({ store, params }) => denyPermission(store, params['permission'] ?? ''),
    'DELETE /denied/{permission}': ({ store, params }) => allowPermission(store, params['permission'] ?? ''),
    'PUT /projects/{project}/apis/{api}': (request) =>
      setApi(request.store, projectIn(request), request.params['api'] ?? '', jsonBody(ApiState, request.body).state),
    'PUT /projects/{project}/billing': (request) =>
      setBilling(request.store, projectIn(request), jsonBody(Billing, request.body).enabled),
  },
});

function projectIn({ store, params, now }: Request): Project {
  return projectOf(store, params['project'] ?? '', now);
}
