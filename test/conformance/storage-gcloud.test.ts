import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { childEnvironment, run } from '../../src/core/run.ts';
import { temporaryFolder } from '../sandbox/_support/temporary.ts';
import { openTarget } from './storage-target.ts';

const { exitCode: missing } = await run({ file: 'gcloud', args: ['--version'], env: childEnvironment(process.env) });
if (missing !== 0) console.log('skipped: gcloud is not on this machine');

// Few cases, because every call of gcloud takes seconds: the ones that take another way than the other clients.
describe.skipIf(missing !== 0)('gcloud storage', { timeout: 240_000 }, () => {
  it('copies files up in one and in several requests, lists, reads and removes them with their bucket', async () => {
    const target = await openTarget();
    const bucket = await target.bucket({ location: 'us-central1' });
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'small.txt'), 'small enough for one request');
    writeFileSync(join(folder, 'large.bin'), Buffer.alloc(9 * 1024 * 1024, 'large'));
    writeFileSync(join(folder, 'token'), await target.token());
    async function gcloud(...args: string[]): Promise<string> {
      const { exitCode, stdout, stderr } = await run({
        file: 'gcloud',
        args: ['storage', ...args],
        cwd: folder,
        env: {
          ...childEnvironment(process.env),
          CLOUDSDK_CONFIG: join(folder, 'config'),
          CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(folder, 'token'),
          CLOUDSDK_CORE_PROJECT: target.project,
          CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
          CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
          CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${target.url}/storage/v1/`,
        },
      });
      expect(`${exitCode} ${exitCode === 0 ? '' : stderr}`).toBe('0 ');
      return stdout;
    }

    await gcloud('cp', 'small.txt', 'large.bin', `gs://${bucket}/d/`);
    const listed = await gcloud('ls', `gs://${bucket}/**`);
    await gcloud('cp', `gs://${bucket}/d/large.bin`, 'back.bin');
    const small = await gcloud('cat', `gs://${bucket}/d/small.txt`);
    await gcloud('rm', '-r', `gs://${bucket}`);

    expect(listed.split('\n')).toEqual([`gs://${bucket}/d/large.bin`, `gs://${bucket}/d/small.txt`]);
    expect(small).toBe('small enough for one request');
    expect(readFileSync(join(folder, 'back.bin')).equals(readFileSync(join(folder, 'large.bin')))).toBe(true);
    expect((await target.ask(`/storage/v1/b/${bucket}`)).status).toBe(404);
  });
});
