import { readdir } from 'node:fs/promises';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { emptyCluster } from '../../stacks/empty-cluster.ts';
import { vmCluster } from '../../stacks/vm-cluster.ts';
import { clusterInput } from './cluster-inputs.ts';
import { openTerraformDesk } from './terraform-desk.ts';

const markers = [
  '${',
  '%{',
  '$${',
  '%%{',
  '$',
  '%',
  '{',
  '}',
  '"',
  '\\',
  '\n',
  '\r\n',
  '\t',
  '~',
  'file("x")',
  'é',
  '🚀',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...markers), fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 12 })
  // Terraform normalizes all strings to NFC: https://developer.hashicorp.com/terraform/language/expressions/types#string
  .map((parts) => parts.join('').normalize('NFC').toWellFormed());

interface Configuration {
  variable: Record<string, unknown>;
}

describe('what the real terraform makes of a value', () => {
  it('is the value, byte for byte', async () => {
    const texts = fc.sample(hostile, 500);
    const metadata = Object.fromEntries(texts.map((text, place) => [`key-${place}`, text]));
    const { configuration, variables } = vmCluster(
      clusterInput({ METADATA: JSON.stringify(metadata) }, { userCommand: texts.join('\n'), startupScript: '${1}\n' }),
    );
    const { variable } = configuration as Configuration;
    await using desk = await openTerraformDesk();
    await desk.write('main.tf.json', {
      variable,
      output: Object.fromEntries(
        Object.keys(variable).map((name) => [name, { value: `\${var.${name}}`, sensitive: true }]),
      ),
    });
    await desk.write('tf.auto.tfvars.json', variables);

    await desk.terraform('init');
    await desk.terraform('apply', '-auto-approve');

    const outputs = JSON.parse(await desk.terraform('output', '-json')) as Record<string, { value: unknown }>;
    expect(Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]))).toEqual(variables);
  });

  it('is the value in a backend block too', async () => {
    const name = '${file("main.tf.json")} %{ if true } $${x}.tfstate';
    const { terraform } = emptyCluster({ kind: 'local', path: name }) as { terraform: { backend: unknown } };
    await using desk = await openTerraformDesk();
    await desk.write('main.tf.json', { terraform: { backend: terraform.backend }, output: { x: { value: 'y' } } });

    await desk.terraform('init');
    await desk.terraform('apply', '-auto-approve');

    expect(await readdir(desk.path)).toContain(name);
  });
});
