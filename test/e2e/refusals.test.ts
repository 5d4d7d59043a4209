import { describe, expect, it } from 'vitest';

import { openDesk, smallIn } from '../_support/program.ts';

/** What the project holds beside what it always had: nothing may be there after a refusal. */
async function leftBy(desk: ReturnType<typeof openDesk>): Promise<unknown> {
  const { output, text } = await desk.run(['list', '--project-id', 'demo-project']);
  expect(text).toContain('deployments');
  return output('deployments')['deployments'];
}

describe('create refuses before anything is made', () => {
  it.each([
    {
      what: 'a zone without the machine type',
      zone: 'asia-northeast1-a',
      args: ['--vm-type', 'a4x-highgpu-4g'],
      fault: 'ZONE_LACKS_TYPE',
      exit: 2,
      says: /choose one of these zones: /,
    },
    {
      what: 'a zone that does not exist',
      zone: 'us-central1-z',
      args: [],
      fault: 'ZONE_LACKS_TYPE',
      exit: 2,
      says: /there is no zone us-central1-z/,
    },
    {
      what: 'an image family that Google has retired',
      args: ['--image-family-name', 'pytorch-1-12-gpu-debian-10'],
      fault: 'IMAGE_NOT_FOUND',
      exit: 2,
      says: /the nearest that exists: \S+/,
    },
    {
      what: 'a quota that is short by one',
      args: ['--instance-count', '4'],
      faults: '- quota: {region: us-central1, metric: NVIDIA_A100_GPUS, limit: 7}',
      fault: 'QUOTA_SHORT',
      exit: 20,
      says: /NVIDIA_A100_GPUS in region us-central1: 8 needed, limit 7, used 0/,
    },
    {
      what: 'a reservation that does not exist',
      args: ['--provisioning-model', 'reservation', '--reservation-name', 'nobody-has-this'],
      fault: 'RESERVATION_UNFIT',
      exit: 2,
      says: /there is no reservation of that name/,
    },
    {
      what: 'a bucket that does not exist',
      args: ['--gcs-path', 'gs://nobody-has-this-bucket/dir'],
      fault: 'BUCKET_NOT_FOUND',
      exit: 2,
      says: /nobody-has-this-bucket/,
    },
    {
      what: 'a project that cannot be seen',
      args: [],
      faults:
        '- match: {service: cloudresourcemanager, path: "projects/demo-project$"}\n  then: {status: 403, reason: forbidden, message: The caller does not have permission}',
      fault: 'PROJECT_NOT_FOUND',
      exit: 11,
      says: /demo-project does not exist, or these credentials may not see it/,
    },
    {
      what: 'a login that has expired',
      args: [],
      faults:
        '- match: {service: cloudresourcemanager}\n  then: {status: 401, reason: authError, message: Invalid Credentials}',
      fault: 'CREDENTIALS_EXPIRED',
      exit: 10,
      says: /gcloud auth application-default login/,
    },
  ])('$what', async ({ zone = 'us-central1-a', args, faults, fault, exit, says }) => {
    using desk = openDesk();
    const plan = faults === undefined ? [] : ['--sandbox-faults', desk.file('faults.yaml', faults)];

    const ended = await desk.run(['create', ...smallIn(zone), ...args, ...plan]);

    expect(ended.faults, ended.text).toContain(fault);
    expect(ended.code).toBe(exit);
    expect(ended.text).toMatch(says);
    expect(await leftBy(desk)).toEqual([]);
  });

  it('several options wrong in several ways: all are told at once', async () => {
    using desk = openDesk();

    const ended = await desk.run([
      'create',
      ...['--project-id', 'demo-project', '--name-prefix', 'Demo_1', '--zone', 'us-central1-a'],
      ...['--vm-type', 'a2-highgpu-3g', '--instance-count', 'many', '--metadata', '{ a = ${x} }'],
    ]);

    expect(ended.code).toBe(2);
    expect(ended.faults).toEqual(['OPTIONS_WRONG']);
    for (const option of ['NAME_PREFIX', 'VM_TYPE', 'INSTANCE_COUNT', 'METADATA']) expect(ended.text).toContain(option);
    expect(ended.text).toContain('a2-highgpu-2g');
  });
});
