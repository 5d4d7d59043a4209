import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { wallClock } from '../../src/core/clock.ts';
import { buildTree, hostileTrees } from '../copy/_support/hostile-trees.ts';
import type { HostileTree } from '../copy/_support/hostile-trees.ts';
import type { CrashCloud } from './cloud.ts';
import { numbers } from './numbers.ts';
import { outcome, timed } from './outcome.ts';
import type { Outcome, Suite } from './outcome.ts';

// A create that copies a small tree takes about so long on two cores (milliseconds).
const lasts = 2_800;

/** The container goes away while it copies directories with names that programs stumble over. */
export const copies: Suite = {
  name: 'copied directories',
  about:
    'COPY_DIR_PATH is one of 40 directory trees with hostile names; the container goes away at a random moment, and the same command runs again in another one',
  cases: () => {
    const random = numbers(3);
    const cases = Object.entries(hostileTrees).map(([name, tree]) => {
      const after = Math.round(300 + random() * lasts);
      return {
        name: `${name}, after ${after} ms`,
        play: (cloud: CrashCloud, project: string) => play(cloud, project, tree, after),
      };
    });
    return Promise.resolve(cases);
  },
};

async function play(cloud: CrashCloud, project: string, tree: HostileTree, after: number): Promise<Outcome> {
  const first = { project, container: 1 };
  const second = { project, container: 2 };
  const dir = join(cloud.path, `files-${project}`);
  mkdirSync(dir);
  buildTree(dir, tree);

  const running = cloud.start('create', first, '--copy-dir-path', dir);
  await Promise.race([wallClock.sleep(after), running.ended]);
  await cloud.pullThePlug(running, first);
  await cloud.advance(61_000);
  const healed = await timed(cloud.run('create', second, '--copy-dir-path', dir));
  const whole = await cloud.isWhole(project);
  const manifests = (await cloud.left(project)).filter(
    ({ kind, name }) => kind === 'objects' && name.includes('/files/manifests/'),
  );
  const end = await cloud.run('destroy', second);
  rmSync(dir, { recursive: true });
  return outcome([await running.ended, healed, end], {
    converged: healed.code === 0 && whole && manifests.length === 1 && end.code === 0,
    leftovers: await cloud.left(project),
    wrongCode: false,
    heal: healed.seconds,
  });
}
