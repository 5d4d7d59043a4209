/* eslint-disable unicorn/no-thenable -- `then` is a word of the rules' format and never a function */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { FaultRuleInput } from '../../src/sandbox/fault-rules.ts';
import { openDesk, small, smallIn } from '../_support/program.ts';
import type { Desk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';
import type { ServedSandbox } from '../_support/served-sandbox.ts';

// One sandbox for all, in a process of its own: a run that finds it open is quicker by what opening it takes.
let desk: Desk;
let sandbox: ServedSandbox;
beforeAll(async () => {
  desk = openDesk();
  sandbox = await serveSandbox(desk);
});
afterAll(() => desk[Symbol.dispose]());

interface Refusal {
  what: string;
  zone?: string;
  args?: string[];
  rules?: FaultRuleInput[];
  fault: string;
  exit: number;
  message: RegExp;
  next: RegExp;
}

const otherBucket = /set GCS_PATH=gs:\/\/BUCKET to one that you may write to/;

describe('create refuses before anything is made', () => {
  it.each<Refusal>([
    {
      what: 'a zone without the machine type',
      zone: 'asia-northeast1-a',
      args: ['--vm-type', 'a4x-highgpu-4g'],
      fault: 'ZONE_LACKS_TYPE',
      exit: 2,
      message: /a4x-highgpu-4g cannot be had in asia-northeast1-a/,
      next: /choose one of these zones: .*us-central1-a/,
    },
    {
      what: 'a zone that does not exist',
      zone: 'us-central1-z',
      fault: 'ZONE_LACKS_TYPE',
      exit: 2,
      message: /there is no zone us-central1-z/,
      next: /choose one of these zones: \S+/,
    },
    {
      what: 'an image family that Google has retired',
      args: ['--image-family-name', 'pytorch-1-12-gpu-debian-10'],
      fault: 'IMAGE_NOT_FOUND',
      exit: 2,
      message: /IMAGE_FAMILY_NAME: pytorch-1-12-gpu-debian-10 does not exist in project/,
      next: /the nearest that exists: pytorch-\S+/,
    },
    {
      what: 'a quota that is short by one',
      args: ['--instance-count', '4'],
      rules: [{ quota: { region: 'us-central1', metric: 'NVIDIA_A100_GPUS', limit: 7 } }],
      fault: 'QUOTA_SHORT',
      exit: 20,
      message: /NVIDIA_A100_GPUS in region us-central1: 8 needed, limit 7, used 0/,
      next: /iam-admin\/quotas\?project=demo-project/,
    },
    {
      what: 'a reservation that does not exist',
      args: ['--provisioning-model', 'reservation', '--reservation-name', 'nobody-has-this'],
      fault: 'RESERVATION_UNFIT',
      exit: 2,
      message: /there is no reservation of that name/,
      next: /gcloud compute reservations list/,
    },
    {
      what: 'a bucket that does not exist',
      args: ['--gcs-path', 'gs://nobody-has-this-bucket/dir'],
      fault: 'BUCKET_NOT_FOUND',
      exit: 2,
      message: /nobody-has-this-bucket does not exist/,
      next: /gcloud storage buckets create gs:\/\/nobody-has-this-bucket --project demo-project/,
    },
    {
      what: 'the bucket of a stranger',
      rules: [{ strangersBucket: { name: 'somebody-elses' } }],
      args: ['--gcs-path', 'gs://somebody-elses/state'],
      fault: 'BUCKET_DENIED',
      exit: 11,
      message: /may not read the bucket somebody-elses: missing storage\.buckets\.get/,
      next: otherBucket,
    },
    {
      what: 'the bucket of a stranger, who lets us read it',
      rules: [{ strangersBucket: { name: 'a-public-one', readable: true } }],
      args: ['--gcs-path', 'gs://a-public-one'],
      fault: 'BUCKET_DENIED',
      exit: 11,
      message: /may not write to the bucket a-public-one: missing storage\.objects\.create, storage\.objects\.delete$/,
      next: otherBucket,
    },
    {
      what: 'that no bucket may be made',
      rules: [{ deniedPermission: { permission: 'storage.buckets.create' } }],
      fault: 'BUCKET_DENIED',
      exit: 11,
      message: /may not make the bucket cluster-provision-demo-project: missing storage\.buckets\.create$/,
      next: otherBucket,
    },
    {
      what: 'a missing permission, be it one for taking the cluster away again',
      rules: [{ deniedPermission: { permission: 'compute.firewalls.delete' } }],
      fault: 'PERMISSION_DENIED',
      exit: 11,
      message: /may not create and delete this cluster in project demo-project: missing compute\.firewalls\.delete$/,
      next: /docs\/permissions\.md has a role with just what is needed/,
    },
    {
      what: 'an API that is off',
      rules: [{ disabledApi: { api: 'monitoring.googleapis.com' } }],
      fault: 'API_DISABLED',
      exit: 12,
      message: /switched off in project demo-project: monitoring\.googleapis\.com$/,
      next: /gcloud services enable monitoring\.googleapis\.com --project demo-project`, or set ENABLE_APIS=yes/,
    },
    {
      what: 'a project that cannot be seen',
      rules: [
        {
          match: { service: 'cloudresourcemanager', path: 'projects/demo-project$' },
          then: { status: 403, reason: 'forbidden', message: 'The caller does not have permission' },
        },
      ],
      fault: 'PROJECT_NOT_FOUND',
      exit: 11,
      message: /demo-project does not exist, or these credentials may not see it/,
      next: /check the spelling of PROJECT_ID/,
    },
    {
      what: 'a login that has expired',
      rules: [
        {
          match: { service: 'cloudresourcemanager' },
          then: { status: 401, reason: 'authError', message: 'Invalid Credentials' },
        },
      ],
      fault: 'CREDENTIALS_EXPIRED',
      exit: 10,
      message: /Invalid Credentials/,
      next: /gcloud auth application-default login/,
    },
  ])('$what', async ({ zone = 'us-central1-a', args = [], rules = [], fault, exit, message, next }) => {
    await sandbox.breaks(...rules);

    const ended = await desk.run(['create', ...smallIn(zone), ...args]);

    expect(ended.faults, ended.text).toEqual([fault]);
    expect(ended.code).toBe(exit);
    expect(ended.said).toMatchObject({
      message: expect.stringMatching(message),
      exists: 'what was there before; nothing was created',
      done: 'nothing that must be cleaned up',
      next: expect.stringMatching(next),
    });
    expect(await sandbox.left()).toEqual([]);
  });

  it('several options wrong in several ways: all are told at once', async () => {
    const ended = await desk.run([
      'create',
      ...['--project-id', 'demo-project', '--name-prefix', 'Demo_1', '--zone', 'us-central1-a'],
      ...['--vm-type', 'a2-highgpu-3g', '--instance-count', 'many', '--metadata', '{ a = ${x} }'],
    ]);

    expect(ended.code).toBe(2);
    expect(ended.faults).toEqual(['OPTIONS_WRONG']);
    for (const option of ['NAME_PREFIX', 'VM_TYPE', 'INSTANCE_COUNT', 'METADATA']) {
      expect(ended.said.message).toContain(option);
    }
    expect(ended.said.message).toContain('a2-highgpu-2g');
  });
});

describe('create goes on', () => {
  it('with ENABLE_APIS=yes where an API is off', async () => {
    await sandbox.breaks({ disabledApi: { api: 'file.googleapis.com' } });
    const share = ['--nfs-filestore-list', '/nfs:BASIC_SSD'];

    const refused = await desk.run(['plan', ...small, ...share]);
    const planned = await desk.run(['plan', ...small, ...share, '--enable-apis']);

    expect(refused.faults, refused.text).toEqual(['API_DISABLED']);
    expect(planned.code, planned.text).toBe(0);
    expect(await sandbox.left()).toEqual([]);
  });

  it.concurrent('under a name with a hash where a stranger has the name of the bucket', async () => {
    await sandbox.breaks({ strangersBucket: { name: 'cluster-provision-other-project' } });
    const other = ['--project-id', 'other-project', '--name-prefix', 'demo', '--zone', 'us-central1-a'];

    const created = await desk.run(['create', ...other, '--network-config', 'default_network', '--public-ip']);
    const destroyed = await desk.run(['destroy', ...other]);

    expect(created.code, created.text).toBe(0);
    expect(created.output('cluster')['bucket']).toMatch(/^cluster-provision-other-project-[0-9a-f]{8}$/);
    expect(destroyed.output('destroyed'), destroyed.text).toMatchObject({ bucketDeleted: true });
    expect(await sandbox.left('other-project')).toEqual([]);
  });

  it.concurrent('with a warning where GCS_PATH is a bucket of another of our projects', async () => {
    await sandbox.ask('POST', '/storage/v1/b?project=shared-project', { name: 'shared-states' });
    const shared = ['--gcs-path', 'gs://shared-states', '--network-config', 'default_network', '--public-ip'];

    const created = await desk.run(['create', ...small, ...shared]);
    const destroyed = await desk.run(['destroy', ...small, '--gcs-path', 'gs://shared-states']);

    expect(created.code, created.text).toBe(0);
    expect(created.events).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        text: 'the bucket of GCS_PATH belongs to another project',
        detail: expect.stringContaining('gs://shared-states is in project number'),
      }),
    );
    expect(destroyed.code, destroyed.text).toBe(0);
    expect(await sandbox.left()).toEqual([]);
    expect(await sandbox.left('shared-project')).toEqual(['bucket shared-states']);
  });
});
