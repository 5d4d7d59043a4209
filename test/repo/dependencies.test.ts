import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import packageJson from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };
import { bundle } from '../../scripts/build.ts';

const packages = Object.entries<object>(lock.packages);

it('ships the code of no more packages than were looked at', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-provision-shipped-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));

  const { outputs } = await bundle(folder);

  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const shipped = new Set(inputs.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]));
  shipped.delete(undefined);
  // Half of them are behind @google-cloud/storage; the fewer the better, and never one more without a reason.
  expect(shipped.size).toBeLessThanOrEqual(87);
  expect(Object.keys(packageJson.dependencies).length).toBeLessThanOrEqual(13);
});

it('pins every direct dependency, and knows the sum of every other', () => {
  const direct = Object.values({ ...packageJson.dependencies, ...packageJson.devDependencies });

  expect(direct.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  // What cdktf brings inside its own package is covered by the sum of that.
  const unsummed = packages.filter(
    ([path, facts]) => !/^$|^node_modules\/cdktf\//.test(path) && !('integrity' in facts),
  );
  expect(unsummed.map(([path]) => path)).toEqual([]);
});
