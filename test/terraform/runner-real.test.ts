import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import type { ResourceProgress } from '../../src/terraform/events.ts';
import { valueOf } from '../../src/terraform/runner.ts';
import { realTerraform } from './workbench.ts';

// The built-in provider needs no registry: what is tested here is terraform itself.
function stack(count: number, seconds = 0): { configuration: object; variables: Record<string, unknown> } {
  const wait = seconds > 0 ? { provisioner: [{ 'local-exec': { command: `sleep ${seconds}` } }] } : {};
  return {
    configuration: {
      terraform: { backend: { local: { path: 'state/default.tfstate' } } },
      variable: { text: { type: 'string' } },
      resource: { terraform_data: { machine: { count, input: '${var.text}', ...wait } } },
      output: { texts: { value: '${terraform_data.machine[*].output}' } },
    },
    variables: { text: 'quote " backslash \\ ${file("/etc/passwd")} %{ if true }x%{ endif }' },
  };
}

it('creates, lists, changes nothing twice, and destroys with an empty configuration', async () => {
  await using bench = await realTerraform();
  const { terraform, work } = bench;
  await work.writeStack(stack(2));

  valueOf(await terraform.init());
  valueOf(await terraform.validate());
  const planned = valueOf(await terraform.plan());
  const resources = valueOf(await terraform.planned());
  const progress: ResourceProgress[] = [];
  const applied = valueOf(await terraform.apply({ onProgress: (event) => progress.push(event) }));
  const output = valueOf(await terraform.output());
  const again = valueOf(await terraform.plan());
  const addresses = valueOf(await terraform.list());
  const text = valueOf(await terraform.pull()) ?? '';
  const state = JSON.parse(text);
  // After a push, what the apply told is forgotten: this one is asked for.
  valueOf(await terraform.push(text));
  const asked = valueOf(await terraform.output());
  await work.writeStack({
    configuration: { terraform: { backend: { local: { path: 'state/default.tfstate' } } } },
    variables: {},
  });
  const destroyed = valueOf(await terraform.destroy());

  expect(planned).toMatchObject({ operation: 'plan', add: 2, change: 0, remove: 0 });
  expect(resources.map(({ address, type, actions }) => [address, type, actions])).toEqual([
    ['terraform_data.machine[0]', 'terraform_data', ['create']],
    ['terraform_data.machine[1]', 'terraform_data', ['create']],
  ]);
  expect(applied).toMatchObject({ operation: 'apply', add: 2 });
  expect(progress.filter(({ state: now }) => now === 'done')).toHaveLength(2);
  expect(again).toMatchObject({ add: 0, change: 0, remove: 0 });
  expect(addresses).toEqual(['terraform_data.machine[0]', 'terraform_data.machine[1]']);
  expect(output.texts).toEqual(Array(2).fill(stack(0).variables.text));
  expect(asked).toEqual(output);
  expect(state).toMatchObject({ version: 4, resources: [{ type: 'terraform_data' }] });
  expect(destroyed).toMatchObject({ operation: 'destroy', remove: 2 });
});

it('names the wrong place of a configuration that terraform refuses', async () => {
  await using bench = await realTerraform();
  await bench.work.writeStack({
    configuration: { output: { wrong: { value: '${terraform_data.nothing.id}' } } },
    variables: {},
  });
  valueOf(await bench.terraform.init());

  const result = await bench.terraform.validate();

  expect(result.ok ? 'valid' : result.fault).toMatchObject({
    code: 'TERRAFORM_FAILED',
    message: expect.stringContaining('Reference to undeclared resource'),
  });
});

it('says who holds the lock, since when, and what that run does', async () => {
  await using bench = await realTerraform();
  const { terraform, work } = bench;
  await work.writeStack(stack(1, 4));
  valueOf(await terraform.init());
  const running = Promise.withResolvers<void>();
  const first = terraform.apply({ fresh: true, onProgress: () => running.resolve() });
  await running.promise;

  const second = await terraform.apply({ fresh: true });

  expect(second.ok ? 'applied' : second.fault.message).toMatch(
    /^deployment demo is locked by \S+@\S+ since 20\d\d-\d\d-\d\dT[\d:]+Z \([\d.]+ s ago\), doing apply$/,
  );
  expect(valueOf(await first)).toMatchObject({ add: 1 });
});

it('ends at one interrupt with what was finished in the state', async () => {
  await using bench = await realTerraform();
  const { terraform, work } = bench;
  // Each resource waits for the one before it, so that the second is never begun.
  await work.writeStack({
    configuration: {
      terraform: { backend: { local: { path: 'state/default.tfstate' } } },
      resource: {
        terraform_data: {
          first: { provisioner: [{ 'local-exec': { command: 'sleep 1' } }] },
          second: { input: '${terraform_data.first.id}', provisioner: [{ 'local-exec': { command: 'sleep 30' } }] },
        },
      },
    },
    variables: {},
  });
  valueOf(await terraform.init());
  const stop = new AbortController();
  const onProgress = ({ address }: ResourceProgress): void => {
    if (address === 'terraform_data.second') stop.abort();
  };

  const result = await terraform.apply({ fresh: true, stop: stop.signal, onProgress });

  expect(result).toMatchObject({
    ok: false,
    fault: { code: 'INTERRUPTED', fix: 'run `cluster-provision create` to go on from here' },
    end: { interruption: 'once', touched: true },
  });
  expect(valueOf(await terraform.list())).toContain('terraform_data.first');
});

it('writes everything into a log that only we can read', async () => {
  await using bench = await realTerraform();
  await bench.work.writeStack(stack(1));
  valueOf(await bench.terraform.init());
  valueOf(await bench.terraform.apply({ fresh: true }));
  await bench.terraform.close();

  const log = await readFile(bench.terraform.log, 'utf8');

  expect(log).toContain('$ terraform init');
  expect(log).toContain('terraform_data.machine[0]: Creation complete');
});

it('takes over what exists by import blocks, with ids that look like code', async () => {
  await using bench = await realTerraform();
  const { terraform, work } = bench;
  await work.writeStack(stack(1));
  await work.writeImports([{ to: 'terraform_data.machine[0]', id: 'made-by-a-dead-run ${file("/etc/passwd")}' }]);
  valueOf(await terraform.init());

  const summary = valueOf(await terraform.plan());
  const planned = valueOf(await terraform.planned());
  valueOf(await terraform.apply());
  const state = valueOf(await terraform.pull());

  expect(summary).toMatchObject({ import: 1, add: 0 });
  expect(planned).toMatchObject([{ address: 'terraform_data.machine[0]', imported: true }]);
  expect(JSON.parse(state ?? '').resources[0].instances[0].attributes.id).toBe(
    'made-by-a-dead-run ${file("/etc/passwd")}',
  );
});
