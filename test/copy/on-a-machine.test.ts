import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { copyDirectory } from '../../src/copy/copy.ts';
import { wallClock } from '../../src/core/clock.ts';
import { sandboxEndpoints } from '../../src/sandbox/endpoints.ts';
import { issueToken, operator } from '../../src/sandbox/tokens.ts';
import { bucket, startCloud } from '../guest/_support/cloud.ts';
import { canPull, whySkipped } from './_support/machine.ts';
import { contentsOf, directory, folder } from './_support/folder.ts';
import { buildTree, hostileTrees } from './_support/hostile-trees.ts';

it.skipIf(!canPull)(
  `arrives on a machine by its own start-up script, every hostile tree of it${whySkipped}`,
  async () => {
    const dir = folder();
    for (const [index, tree] of Object.values(hostileTrees).entries()) {
      // The script cannot tell a newline at the beginning of a name from one at the end of its directory's name.
      const arriving = tree.filter((entry) => Buffer.from(entry).at(0) !== 0x0a);
      buildTree(directory(dir, `tree ${index}`), arriving);
    }
    writeFileSync(join(dir, 'large'), Buffer.alloc(20_000_000, 'a large file '));
    const sandbox = await startCloud({ roots: 'plain' });
    onTestFinished(() => sandbox[Symbol.asyncDispose]());
    const token = issueToken(sandbox.world.store, operator, Date.now());
    const cloud = {
      endpoints: sandboxEndpoints(sandbox.world.baseUrl),
      tokens: { token: () => Promise.resolve(token), describe: () => Promise.resolve('a test') },
      terraformEnvironment: () => Promise.resolve({}),
      close: () => Promise.resolve(),
    };

    const signal = new AbortController().signal;
    const copied = await copyDirectory({ dir, cloud, bucket, directory: 'files', clock: wallClock, signal });
    sandbox.put('vm-1', {
      'cp-files-bucket': bucket,
      'cp-files-manifest': copied.manifest,
      'cp-files-sha256': copied.sha256,
      'cp-files-destination': '/srv/copied',
    });
    const report = await sandbox.reported('vm-1');

    expect(sandbox.attribute('vm-1', 'files')).toMatchObject({
      state: 'done',
      detail: expect.stringContaining(`${copied.files} files`),
    });
    expect(report.status).toBe('ready');
    expect(contentsOf(join(sandbox.root('vm-1'), 'srv/copied'))).toEqual(contentsOf(dir));
  },
);
