import { expect, it } from 'vitest';

import { copyDirectory } from '../../src/copy/copy.ts';
import { wallClock } from '../../src/core/clock.ts';
import { openBucket } from './_support/bucket.ts';
import { contentsOf, folder } from './_support/folder.ts';
import { buildTree, hostileTrees } from './_support/hostile-trees.ts';
import { canPull, pull, whySkipped } from './_support/machine.ts';

it.skipIf(!canPull).each(Object.entries(hostileTrees))(
  `carries %s in names to the machine byte for byte${whySkipped}`,
  async (_, entries) => {
    const [dir, stage] = [folder(), folder()];
    buildTree(dir, entries);
    const { cloud, bucket, download } = await openBucket();

    const order = { dir, cloud, bucket, directory: 'x-deployment/files', clock: wallClock };
    await pull(download, await copyDirectory({ ...order, signal: new AbortController().signal }), stage);

    expect(contentsOf(stage)).toEqual(contentsOf(dir));
  },
);

it('knows at least forty hostile trees', () => {
  expect(Object.keys(hostileTrees).length).toBeGreaterThanOrEqual(40);
});
