import { expect } from 'vitest';

import type { Answer, Session } from './session.ts';

/** Paths that the tests of machines and groups share. */
export const paths = {
  zone: '/compute/v1/projects/{project}/zones/us-central1-a',
  region: '/compute/v1/projects/{project}/regions/us-central1',
  global: '/compute/v1/projects/{project}/global',
  groups: '/compute/v1/projects/{project}/zones/us-central1-a/instanceGroupManagers',
  instances: '/compute/v1/projects/{project}/zones/us-central1-a/instances',
  templates: '/compute/v1/projects/{project}/global/instanceTemplates',
};

/** The properties of a small machine, as Terraform's provider writes them; `changes` replace some. */
export function properties(changes: object = {}): object {
  return {
    machineType: 'e2-medium',
    disks: [
      {
        autoDelete: true,
        boot: true,
        initializeParams: {
          diskSizeGb: '20',
          diskType: 'pd-ssd',
          sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
        },
        mode: 'READ_WRITE',
        type: 'PERSISTENT',
      },
    ],
    networkInterfaces: [{ network: 'global/networks/default' }],
    metadata: { items: [{ key: 'enable-oslogin', value: 'TRUE' }] },
    labels: { a: 'b' },
    scheduling: {
      automaticRestart: true,
      nodeAffinities: [null],
      provisioningModel: '',
      instanceTerminationAction: '',
    },
    ...changes,
  };
}

/** Makes a template and a group of `targetSize` machines of it; `changes` replace parts of the group. */
export async function makeGroup(
  session: Session,
  targetSize: number,
  template: object = {},
  changes: object = {},
): Promise<void> {
  await session.operation('POST', paths.templates, { name: 'tpl', properties: properties(template) });
  await session.operation('POST', paths.groups, {
    name: 'mig',
    baseInstanceName: 'vm',
    targetSize,
    versions: [{ instanceTemplate: 'global/instanceTemplates/tpl', name: 'default', targetSize: {} }],
    updatePolicy: {
      type: 'OPPORTUNISTIC',
      minimalAction: 'REPLACE',
      maxSurge: { fixed: 0, percent: null },
      maxUnavailable: { fixed: 1, percent: null },
    },
    ...changes,
  });
}

/** The group's machines, as it lists them. */
export async function managed({ call }: Session): Promise<Answer['body'][]> {
  return (await call('POST', `${paths.groups}/mig/listManagedInstances`)).body.managedInstances ?? [];
}

/** Waits until the group says that nothing is going on. */
export async function stable({ call }: Session): Promise<Answer['body']> {
  return expect
    .poll(async () => (await call('GET', `${paths.groups}/mig`)).body, { timeout: 10_000, interval: 10 })
    .toMatchObject({ status: { isStable: true } });
}
