import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { wallClock } from '../../src/core/clock.ts';
import { copyDirectory } from '../../src/copy/copy.ts';
import { sandboxEndpoints } from '../../src/sandbox/endpoints.ts';
import { issueToken, operator } from '../../src/sandbox/tokens.ts';
import { contentsOf, folder } from '../copy/_support/folder.ts';
import { bucket, startCloud } from './_support/cloud.ts';

it('brings to the machine, byte for byte, what the product packs', async () => {
  const source = folder();
  writeFileSync(join(source, 'large'), randomBytes(20 * 2 ** 20));
  mkdirSync(join(source, 'many/deep/er'), { recursive: true });
  for (let index = 0; index < 2_000; index += 1) writeFileSync(join(source, `many/file ${index}`), `${index}`);
  mkdirSync(join(source, 'odd \t\n\\ "\'$(id)'));
  writeFileSync(Buffer.concat([Buffer.from(`${source}/odd \t\n\\ "'$(id)/no utf-8 `), Buffer.from([0xff, 0x0d])]), 'x');
  writeFileSync(join(source, '-n'), 'a name like an option', { mode: 0o400 });
  writeFileSync(join(source, 'line\u2028separator'), '');
  symlinkSync('../many/file 7', join(source, 'many/link'));
  symlinkSync('nowhere\n', join(source, 'dangling'));
  mkdirSync(join(source, 'closed'), { mode: 0o500 });
  chmodSync(join(source, 'many/deep'), 0o750);
  await using cloud = await startCloud({ roots: 'plain' });

  const result = await copyDirectory({
    dir: source,
    cloud: {
      endpoints: sandboxEndpoints(cloud.world.baseUrl),
      tokens: { token: async () => issueToken(cloud.world.store, operator, Date.now()), describe: async () => 'test' },
      terraformEnvironment: async () => ({}),
      close: async () => undefined,
    },
    bucket,
    directory: 'some dir/p-deployment/files',
    signal: new AbortController().signal,
    clock: wallClock,
  });
  cloud.put('vm-1', {
    'cp-files-bucket': bucket,
    'cp-files-manifest': result.manifest,
    'cp-files-sha256': result.sha256,
    'cp-files-destination': '/opt/data',
  });

  expect(await cloud.reported('vm-1')).toMatchObject({ status: 'ready' });
  expect(cloud.attribute('vm-1', 'files')?.detail).toMatch(/^2004 files, 21\.0 MB$/);
  expect(contentsOf(join(cloud.root('vm-1'), 'opt/data'))).toEqual(contentsOf(source));
});
