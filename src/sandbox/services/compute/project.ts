import * as z from 'zod';

import { defaultServiceAccount } from '../projects.ts';
import { method } from './call.ts';
import type { Call } from './call.ts';
import { operate } from './operate.ts';
import type { Part } from './collection.ts';
import { checkMetadata, metadata, Metadata } from './metadata.ts';
import { selfLink } from './path.ts';
import { prune } from './prune.ts';
import { globalQuotas } from './quota.ts';
import { checkFingerprint, parseBody } from './resource.ts';
import { timestamp } from './time.ts';

const kind = 'projectMetadata';

/** https://cloud.google.com/compute/docs/reference/rest/v1/projects */
export const project: Part = {
  routes: {
    'GET /compute/v1/projects/{project}': method('compute.projects.get', shown),
    'POST /compute/v1/projects/{project}/setCommonInstanceMetadata': method(
      'compute.projects.setCommonInstanceMetadata',
      setMetadata,
    ),
  },
};

function shown(call: Call): object {
  const { projectId, projectNumber, createTime } = call.project;
  return {
    kind: 'compute#project',
    id: projectNumber,
    creationTimestamp: timestamp(Date.parse(createTime)),
    name: projectId,
    commonInstanceMetadata: common(call),
    quotas: globalQuotas(call.request, call.project),
    selfLink: selfLink(`projects/${projectId}`),
    defaultServiceAccount: defaultServiceAccount(call.project),
    xpnProjectStatus: 'UNSPECIFIED_XPN_PROJECT_STATUS',
    defaultNetworkTier: 'PREMIUM',
    vmDnsSetting: 'ZONAL_ONLY',
  };
}

function common({ store, project: { projectId } }: Call): { fingerprint: string } {
  return store.get<{ fingerprint: string }>(kind, projectId) ?? metadata([]);
}

function setMetadata(call: Call): object {
  const body = parseBody(
    Metadata.extend({ fingerprint: z.string().optional() }),
    prune(call.request.body ?? {}),
    'metadata',
  );
  if (body.fingerprint !== undefined) checkFingerprint(body.fingerprint, common(call).fingerprint, 'metadata');
  checkMetadata(body.items, 'metadata');
  call.store.put(kind, call.project.projectId, metadata(body.items ?? []));
  const target = { selfLink: selfLink(`projects/${call.project.projectId}`), id: call.project.projectNumber };
  return operate(call, 'compute.projects.setCommonInstanceMetadata', target);
}
