import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { machineType } from '../../src/catalog/machine-types.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { createReport } from '../../src/core/report.ts';
import type { ReportEvent } from '../../src/core/report.ts';
import { insertBucket } from '../../src/google/storage.ts';
import { preflight } from '../../src/preflight/preflight.ts';
import { denyPermission } from '../../src/sandbox/services/permissions.ts';
import { created } from '../options/given.ts';
import { openCloud } from '../terraform/cloud-desk.ts';
import type { CloudDesk } from '../terraform/cloud-desk.ts';

const account = 'trainer@elsewhere.iam.gserviceaccount.com';
const everything = { GCS_MOUNT_LIST: 'data:/data,data:/again', ORCHESTRATOR_TYPE: 'ray' };

/** The notes of the checks of a create with SERVICE_ACCOUNT and these variables. */
async function notes(desk: CloudDesk, variables: Record<string, string>): Promise<ReportEvent[]> {
  const options = created({
    PROJECT_ID: desk.project,
    ZONE: 'us-central1-a',
    SERVICE_ACCOUNT: account,
    GCS_PATH: 'gs://state',
    ...variables,
  });
  const events: ReportEvent[] = [];
  const clock = { now: Date.now, sleep: () => Promise.resolve() };
  const report = createReport({ show: (event) => events.push(event), close: () => undefined }, clock, createRedactor());
  const machine = machineType(options.vmType);
  await preflight({ cloud: desk.cloud, http: desk.http, options, machine, existing: 0, zone: undefined }, report);
  return events.filter(({ event }) => event === 'note');
}

async function grant(desk: CloudDesk, ...roles: string[]): Promise<void> {
  const bindings = [
    { role: 'roles/owner', members: ['user:operator@sandbox.test'] },
    ...roles.map((role) => ({ role, members: [`serviceAccount:${account}`] })),
  ];
  const path = `/v1/projects/${desk.project}:setIamPolicy`;
  await desk.http.call({ method: 'POST', service: 'resourcemanager', path, body: { policy: { bindings } } }, anything);
}

async function grantBucket(desk: CloudDesk, role: string): Promise<void> {
  const body = { bindings: [{ role, members: [`serviceAccount:${account}`] }] };
  await desk.http.call({ method: 'PUT', service: 'storage', path: '/storage/v1/b/data/iam', body }, anything);
}

const anything = z.unknown();

describe('an account of the user', () => {
  it('that has no roles is warned about, with exactly those that the machines need', async () => {
    const desk = await openCloud();
    await insertBucket(desk.http, desk.project, { name: 'data' });

    const [note, ...others] = await notes(desk, everything);

    expect(others).toEqual([]);
    expect(note).toMatchObject({
      level: 'warn',
      text: 'SERVICE_ACCOUNT lacks roles that the machines need, as far as can be seen',
      data: {
        missing: [
          `roles/logging.logWriter in project ${desk.project}`,
          `roles/monitoring.metricWriter in project ${desk.project}`,
          `roles/compute.viewer in project ${desk.project}`,
          'roles/storage.objectUser on gs://data',
        ],
      },
    });
    expect(note?.data['detail']).toBe(`${account}: ${String(note?.data['missing']).replaceAll(',', ', ')}`);
  });

  it.each([
    { what: 'those roles', roles: ['logging.logWriter', 'monitoring.metricWriter', 'compute.viewer'] },
    { what: 'roles that hold them', roles: ['editor'] },
  ])('that has $what is no matter', async ({ roles }) => {
    const desk = await openCloud();
    await insertBucket(desk.http, desk.project, { name: 'data' });
    await grant(desk, ...roles.map((role) => `roles/${role}`));
    await grantBucket(desk, 'roles/storage.objectAdmin');

    expect(await notes(desk, everything)).toEqual([]);
  });

  it('is asked for nothing that the options do not need', async () => {
    const desk = await openCloud();

    expect(await notes(desk, { ENABLE_OPS_AGENT: 'no' })).toEqual([]);
  });

  it.each([
    {
      what: 'whose roles nobody may look at',
      look: async (desk: CloudDesk) => denyPermission(desk.store, '*.getIamPolicy'),
    },
    {
      what: 'with a role of the project, of which we cannot know what it holds',
      look: async (desk: CloudDesk) => {
        await grant(desk, `projects/${desk.project}/roles/trainer`);
        await grantBucket(desk, 'roles/storage.objectUser');
      },
    },
  ])('$what is told of, with the roles, and is no failure', async ({ look }) => {
    const desk = await openCloud();
    await insertBucket(desk.http, desk.project, { name: 'data' });
    await look(desk);

    const found = await notes(desk, everything);

    expect(found).toMatchObject([{ level: 'info', text: 'SERVICE_ACCOUNT needs roles that are yours to give' }]);
    expect(found[0]?.data['detail']).toContain(`${account}: roles/logging.logWriter in project ${desk.project}, `);
  });

  it('is not looked at when the check is skipped', async () => {
    expect(await notes(await openCloud(), { SKIP_CHECKS: 'identity' })).toEqual([]);
  });
});
