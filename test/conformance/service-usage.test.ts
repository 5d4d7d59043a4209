import { describe, expect, it } from 'vitest';

import { openSession } from './session.ts';
import type { Session } from './session.ts';

const services = '/serviceusage.googleapis.com/v1/projects/{project}/services';

async function finished({ call }: Session, name: string): Promise<void> {
  await expect
    .poll(async () => (await call('GET', `/serviceusage.googleapis.com/v1/${name}`)).body.done, { interval: 5 })
    .toBe(true);
}

describe('service usage', () => {
  it('switches an API off and on by operations', async () => {
    const session = await openSession();

    const off = await session.call('POST', `${services}/file.googleapis.com:disable`, {});
    await finished(session, off.body.name);
    const between = await session.call(
      'GET',
      `${services}:batchGet?names=projects/p/services/file.googleapis.com&names=projects/p/services/iam.googleapis.com`,
    );
    const on = await session.call('POST', `${services}:batchEnable`, {
      serviceIds: ['file.googleapis.com', 'tpu.googleapis.com'],
    });
    await finished(session, on.body.name);
    const after = await session.call('GET', `${services}/file.googleapis.com`);

    expect(between.body.services.map((one: { state: string }) => one.state)).toEqual(['DISABLED', 'ENABLED']);
    expect(after.body).toMatchObject({ state: 'ENABLED', config: { title: 'Cloud Filestore API' } });
  });

  it('lists what is on, by the project number', async () => {
    const { call, url } = await openSession();
    await fetch(`${url}/_sandbox/projects/conformance-project/apis/file.googleapis.com`, {
      method: 'PUT',
      body: JSON.stringify({ state: 'DISABLED' }),
    });

    const { body } = await call('GET', `${services}?filter=state:ENABLED&pageSize=200`);

    expect(body.services.map((one: { name: string }) => one.name.replace(/^projects\/\d+\//, ''))).toContain(
      'services/compute.googleapis.com',
    );
    expect(JSON.stringify(body)).not.toContain('file.googleapis.com');
  });

  it('makes the calls of an API that is off say so, with the link that switches it on', async () => {
    const { call, url } = await openSession();
    await fetch(`${url}/_sandbox/projects/conformance-project/apis/compute.googleapis.com`, {
      method: 'PUT',
      body: JSON.stringify({ state: 'DISABLED' }),
    });

    const { status, body } = await call('GET', '/compute/v1/projects/{project}/zones');

    expect(status).toBe(403);
    expect(body.error.errors[0].reason).toBe('accessNotConfigured');
    expect(body.error.message).toMatch(
      /^Compute Engine API has not been used in project \d+ before or it is disabled\. Enable it by visiting https:/,
    );
    expect(body.error.details).toContainEqual(expect.objectContaining({ reason: 'SERVICE_DISABLED' }));
  });

  it('needs somebody who pays', async () => {
    const { call, url } = await openSession();
    await fetch(`${url}/_sandbox/projects/conformance-project/billing`, {
      method: 'PUT',
      body: JSON.stringify({ enabled: false }),
    });

    const info = await call('GET', '/cloudbilling.googleapis.com/v1/projects/{project}/billingInfo');
    const enable = await call('POST', `${services}/file.googleapis.com:enable`, {});
    const compute = await call('GET', '/compute/v1/projects/{project}/zones');

    expect(info.body).toMatchObject({ billingEnabled: false, billingAccountName: '' });
    expect(enable.body.error.details).toContainEqual(
      expect.objectContaining({ reason: 'UREQ_PROJECT_BILLING_NOT_FOUND' }),
    );
    expect(compute.body.error.details).toContainEqual(expect.objectContaining({ reason: 'BILLING_DISABLED' }));
  });
});
