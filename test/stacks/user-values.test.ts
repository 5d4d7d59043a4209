import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { VmClusterInput } from '../../stacks/cluster-input.ts';
import { vmCluster } from '../../stacks/vm-cluster.ts';
import { clusterInput, copiedFiles } from './cluster-inputs.ts';

const names =
  'project prefix family imageProject key value label labelValue destination range disk reservation bucket path nfs ' +
  'tier mount server share uuid zone region command script policy';

// One word for each text that a user or the run brings along; none of them is a word that a stack writes itself.
const words = fc.record(
  Object.fromEntries(
    names.split(' ').map((name) => [name, fc.stringMatching(/^[a-z]{12}$/).map((word) => `${name}-${word}`)]),
  ),
) as fc.Arbitrary<Record<string, string>>;

describe('a value of the user', () => {
  it('is found in the variables and never in the configuration', () => {
    fc.assert(
      fc.property(words, (word) => {
        const { configuration, variables } = vmCluster(inputOf(word));
        const text = JSON.stringify(configuration);
        const values = JSON.stringify(variables);

        expect(Object.values(word).filter((value) => text.includes(value))).toEqual([]);
        expect(Object.values(word).filter((value) => !values.includes(value))).toEqual([]);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  it('with template markers changes nothing about the configuration', () => {
    const hostile = '${file("/etc/passwd")} %{ if true }x%{ endif } $${a} \\" \n';
    const plain = vmCluster(clusterInput({ METADATA: '{"a":"b"}' }, { userCommand: 'c', startupScript: 'd' }));

    const marked = vmCluster(
      clusterInput({ METADATA: JSON.stringify({ a: hostile }) }, { userCommand: hostile, startupScript: hostile }),
    );

    expect(marked.configuration).toEqual(plain.configuration);
    expect(marked.variables).toMatchObject({
      metadata: { a: hostile },
      startup_command: hostile,
      startup_script: hostile,
    });
  });

  it('that may be a secret is sensitive', () => {
    const { configuration } = vmCluster(clusterInput({ METADATA: '{ token = "x" }' }, { userCommand: 'y' }));

    expect(configuration).toMatchObject({
      variable: { metadata: { sensitive: true }, startup_command: { sensitive: true } },
    });
  });

  it('opens port 22 to some addresses, never to all of them', () => {
    const input = clusterInput();
    const options = { ...input.options, sshSourceRanges: ['203.0.113.0/24', '0.0.0.0/0'] };

    expect(() => vmCluster({ ...input, options })).toThrow('SSH_SOURCE_RANGES');
  });
});

function inputOf(word: Record<string, string>): VmClusterInput {
  const text = (name: string) => word[name] ?? '';
  const input = clusterInput({ INSTANCE_COUNT: '2' });
  return {
    ...input,
    options: {
      ...input.options,
      projectId: text('project'),
      namePrefix: text('prefix'),
      imageFamily: text('family'),
      imageProject: text('imageProject'),
      metadata: { [text('key')]: text('value') },
      labels: { [text('label')]: text('labelValue') },
      copyDestination: text('destination'),
      sshSourceRanges: [text('range')],
      diskType: text('disk'),
      provisioningModel: 'reservation',
      reservationName: text('reservation'),
      gcsMounts: [{ bucket: text('bucket'), path: text('path') }],
      nfsShares: [
        { path: text('nfs'), tier: text('tier'), sizeGb: 1024 },
        { path: text('mount'), server: text('server'), share: text('share') },
      ],
    },
    deployment: { uuid: text('uuid'), zone: text('zone'), region: text('region') },
    userCommand: text('command'),
    startupScript: text('script'),
    reservationPolicy: text('policy'),
    files: copiedFiles,
  };
}
