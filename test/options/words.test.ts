import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { table } from '../../src/options/table.ts';
import { answer } from '../../src/options/words.ts';
import { linesOf } from './given.ts';

const plain = { environment: {} };

describe('the help', () => {
  it('has a first screen', () => {
    expect(answer(['help'], { width: 80, environment: { NO_COLOR: '1' } })).toMatchInlineSnapshot(`
      "An env file goes in, a GPU cluster on Google Cloud comes out.

      Usage
        docker run --env-file env.list IMAGE [ACTION] [FLAGS]
        cluster-provision ACTION [--env-file FILE] [FLAGS]

      Actions
        create      create the cluster, or bring it to what the options say
        destroy     take the cluster away, and prove that nothing is left
        plan        say what create would do; nothing is changed
        validate    check the options, write the Terraform files; no cloud call
        status      say how the machines are, what has drifted, what was pre-empted
        logs        show the duties and consoles of the machines; --follow goes on
        ssh         open a shell on a machine, or run the command that follows --
        tunnel      join standard input and output to a port of a machine
        list        list the deployments of the project
        copy        send COPY_DIR_PATH to the running machines again
        cleanup     find what dead runs left behind; --no-dry-run deletes it
        unlock      take off the lock of a run that is dead
        doctor      say what is on this machine and in this project
        sandbox     serve the embedded Google Cloud for other tools, until Ctrl-C
        env         print an example env file
        completion  print the completion script for bash, zsh or fish
        help        print this help
        version     print the version

      What create needs
        PROJECT_ID   the Google Cloud project that owns and pays for the cluster
        NAME_PREFIX  name of the deployment; every resource is called after it
        ZONE         zone, or several of one region in order of preference: the next
                     is tried when one is sold out

      Every variable of the env file is a flag, too: NAME_PREFIX=demo is --name-prefix
      demo.

      Without an account
        cluster-provision create --sandbox --env-file env.list.example

      More
        help all        every option
        help VM_TYPE    one option
        env > env.list  an env file to begin with
      "
    `);
  });

  it.each([[['--help']], [['-h']], [['create', '--help']], [['create', '--bogus', '--help']], [[]]])(
    'is the answer to %j',
    (argv) => {
      expect(answer(argv, plain)).toBe(answer(['help'], plain));
    },
  );

  it('has every option under "all"', () => {
    const text = answer(['help', 'all'], plain);

    expect(Object.values(table).filter(({ env }) => !text.includes(`\n  ${env} `))).toEqual([]);
  });

  it.each(['VM_TYPE', 'vm_type', '--vm-type', 'vm-type'])('explains one option, asked for as %s', (topic) => {
    expect(answer(['help', topic], plain)).toBe(
      [
        'VM_TYPE  --vm-type',
        '  machine type; it decides about GPUs, disks, local SSDs and networks',
        '  allowed  a machine type',
        '  default  a2-highgpu-2g',
        '  example  VM_TYPE=a3-highgpu-8g',
        '',
      ].join('\n'),
    );
  });

  it('suggests the option that was meant', () => {
    expect(answer(['help', 'vm-typo'], plain)).toContain('There is no option vm-typo. Did you mean VM_TYPE?');
  });

  it.each([40, 60, 80, 110, 400])('fits a screen of %i columns', (width) => {
    const lines = answer(['help', 'all'], { width, environment: { NO_COLOR: '1' } }).split('\n');

    expect(lines.filter((line) => line.length > Math.min(width, 110))).toEqual([]);
  });

  it('is bold on a terminal, and plain where that is not wanted', () => {
    expect(answer(['help'], { width: 80, environment: {} })).toContain('\u001B[1mActions\u001B[22m');
    expect(answer(['help'], { width: 80, environment: { NO_COLOR: '1' } })).not.toContain('\u001B');
    expect(answer(['help'], { environment: {} })).not.toContain('\u001B');
  });
});

describe('the other words', () => {
  it.each([[['version']], [['--version']]])('%j answers the version', (argv) => {
    expect(answer(argv, plain)).toBe(`${packageJson.version}\n`);
  });

  it('env answers an example', () => {
    expect(answer(['env'], plain)).toMatch(/\nPROJECT_ID=my-project\n/);
  });

  it('completion takes the shell of the user when none is named', () => {
    expect(answer(['completion'], { environment: { SHELL: '/usr/bin/fish' } })).toBe(
      answer(['completion', 'fish'], plain),
    );
  });

  it.each([
    [['completion', 'tcsh'], 'tcsh: is not one of bash, zsh, fish'],
    [['completion', 'bahs'], 'bahs: is not one of bash, zsh, fish; did you mean bash?'],
    [['completion'], "completion: '' is not one of bash, zsh, fish"],
    [['env', 'more'], 'more: is one word too many after env'],
    [['version', '--bogus'], '--bogus: is not a flag of this program'],
  ])('%j is refused', (argv, line) => {
    expect(linesOf(() => answer(argv, plain))).toEqual([line]);
  });
});
