import { describe, expect, it } from 'vitest';

import { forbidForeignTemplates } from '../../stacks/parts/templates.ts';

describe('a foreign template in the configuration', () => {
  it.each([
    ['a function that reads a file', '${file("/root/.config/gcloud/application_default_credentials.json")}'],
    ['the same inside a call of ours', '${merge(var.labels, {x = file("y")})}'],
    ['a function behind a blank', '${ file ("x") }'],
    ['one expression inside another', '${jsonencode("a ${file("x")}")}'],
    ['a directive', '%{ if true }x%{ endif }'],
    ['a directive after an escaped one', '%%{ a } %{ b }'],
    ['an operation', '${1 + 1}'],
    ['a reference to Terraform itself', '${path.module}'],
    ['an expression without an end', '${var.x'],
    ['no expression at all', '${}'],
  ])('is refused: %s', (_, text) => {
    expect(() => forbidForeignTemplates({ resource: [{ name: text }] })).toThrow('in the configuration');
  });

  it('is refused as the key of a map too', () => {
    expect(() => forbidForeignTemplates({ labels: { '${file("x")}': 'a' } })).toThrow('in the configuration');
  });

  it.each([
    '${var.name_prefix}-net',
    '${google_filestore_instance.nfs_1.networks[0].ip_addresses[0]}:/share\t${var.shares[0].path}',
    '${merge(var.labels, {"a" = var.b})}',
    '${jsonencode("projects/${var.bucket}/x")}',
    'an escaped $${file("x")} and %%{ if }',
    'a price of $5 and 100%',
  ])('is not seen in %s', (text) => {
    expect(() => forbidForeignTemplates({ a: text })).not.toThrow();
  });

  it('is no matter in a backend block, where Terraform evaluates none', () => {
    const terraform = { backend: { local: { path: '${file("x")}' } } };

    expect(() => forbidForeignTemplates({ terraform })).not.toThrow();
  });
});
