import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { vmCluster } from '../../stacks/vm-cluster.ts';
import { runs, whole } from '../_support/whole.ts';
import { clusterInput } from './cluster-inputs.ts';
import { openTerraformCloud } from './terraform-cloud.ts';

interface Template {
  properties: { metadata: { items: { key: string; value: string }[] } };
}

// What Terraform, CDKTF, JSON or a shell would read as more than a text.
const pieces = [
  ...[
    '${',
    '%{',
    '$${',
    '%%{',
    '}',
    '$',
    '%',
    '${file("/etc/passwd")}',
    '%{ if true }x%{ endif }',
    '${TfToken[TOKEN.0]}',
  ],
  ...['\\', '\\n', '\\"', '"', "'", '`id`', '$(id)', '<<EOT', 'EOT', '\n', '\r\n', '\t', '<!&>', '//', '#'],
  ...[
    '\u001b[2J',
    '\u0007',
    '\u007f',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u200b',
    '\u202e',
    '\u00e9',
    '\ud83d\ude80',
    '\ufffd',
    // A prefix and an accent: to a person they are one character with what stands beside them.
    '\u0600',
    '\u0301',
    ' ',
  ],
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 6 })
  .map((parts) => parts.join('').replaceAll('\0', ''))
  // Terraform's normal form takes a character beyond U+FFFF that an accent follows for the one with the same last 16 bits
  // (golang.org/x/text/unicode/norm): U+50413 and U+0301 become U+0403. That is not ours to mend.
  .filter((value) => !/[\u{10000}-\u{10ffff}]\p{M}/u.test(value.normalize('NFC')));

// The metadata of one machine have room for no more.
const perApply = 5_000;

it('a value of the user is at the API what it was in the env file, byte for byte', async () => {
  const all = fc.sample(text, { numRuns: runs(300, 100_000), ...(whole ? {} : { seed: 1 }) });
  await using cloud = await openTerraformCloud();

  for (let from = 0; from < all.length; from += perApply) {
    const some = all.slice(from, from + perApply);
    const metadata = Object.fromEntries(some.map((value, index) => [`k${index}`, value]));
    const command = some.slice(0, 50).join(' ');
    const input = clusterInput({ METADATA: JSON.stringify(metadata) }, { userCommand: command });
    const { configuration, variables } = vmCluster({ ...input, backend: { kind: 'local', path: 'terraform.tfstate' } });
    await cloud.desk.write('main.tf.json', configuration);
    await cloud.desk.write('tf.auto.tfvars.json', variables);
    await cloud.desk.terraform('init');
    await cloud.desk.terraform('apply', '-auto-approve', '-target=google_compute_instance_template.machine');

    const [template, ...others] = await cloud.items<Template>('global/instanceTemplates');
    const arrived = new Map(template?.properties.metadata.items.map(({ key, value }) => [key, value]));
    const changed = some.flatMap((value, index) => {
      // Terraform writes texts in this normal form, and so the options do it first.
      const [wanted, found] = [value.normalize('NFC'), arrived.get(`k${index}`)];
      return wanted === found ? [] : [{ wanted, found }];
    });

    expect(others).toEqual([]);
    expect(changed).toEqual([]);
    expect(arrived.get('cp-startup-command')).toBe(command.normalize('NFC'));
  }
}, 3_600_000);
