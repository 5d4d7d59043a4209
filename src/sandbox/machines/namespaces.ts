import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Instance } from './instance.ts';
import { namespacedLaunch } from './launch.ts';
import { prepareFolder } from './machine-folder.ts';
import { startProcessTree } from './process-tree.ts';

/** Says why machines below `dir` cannot have a root of their own; nothing when they can: one is booted to find out. */
export async function whyNoNamespaces(dir: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return `${process.platform} has no namespaces`;
  if (process.getuid?.() !== 0) return 'only root may make a root of their own for machines';
  await mkdir(join(dir, 'machines'), { recursive: true });
  const folder = await mkdtemp(join(dir, 'machines', 'probe-'));
  try {
    let said = '';
    await prepareFolder(folder, probe, {});
    const launch = await namespacedLaunch(
      folder,
      probe,
      { metadataHost: '127.0.0.1:1', baseUrl: 'http://127.0.0.1:1' },
      [],
    );
    const tree = startProcessTree(launch, (text) => (said += text));
    const code = await tree.script;
    await tree.kill();
    return code === 0 ? undefined : `a machine in namespaces of its own does not start: ${said.trim()}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const probe: Instance = { id: '0', name: 'probe', status: 'RUNNING', zone: '', machineType: '' };
