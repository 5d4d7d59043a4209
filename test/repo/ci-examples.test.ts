import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

import { whyNoNamespaces } from '../../src/sandbox/machines/namespaces.ts';

const root = join(import.meta.dirname, '../..');
const desk = mkdtempSync(join(tmpdir(), 'cluster-provision-ci-'));
const checkout = join(desk, 'checkout');
afterAll(() => rmSync(desk, { recursive: true, force: true, maxRetries: 5 }));

// On the PATH of the examples: the program in place of the image, and as much of `docker run` as they use.
const programs = {
  'cluster-provision': `#!/usr/bin/env bash
    exec node '${root}/entrypoint.ts' "$@"`,
  docker: `#!/usr/bin/env bash
    [[ $1 == run ]] && shift
    mounts=()
    while [[ $1 == -* ]]; do
      case $1 in
        --rm) shift ;;
        --user | --stop-timeout) shift 2 ;;
        -e) [[ $2 != *=* ]] || export "$2"; shift 2 ;;
        -v) mounts+=("$2"); shift 2 ;;
        *) echo "docker: unknown flag $1" >&2; exit 125 ;;
      esac
    done
    for mount in "\${mounts[@]}"; do
      IFS=: read -r here there _ <<<"$mount"
      [[ \${COPY_DIR_PATH:-} != "$there" ]] || COPY_DIR_PATH=$here
    done
    cd '${desk}' && shift && exec cluster-provision "$@"`,
};
mkdirSync(join(desk, 'bin'));
mkdirSync(checkout);
for (const [name, text] of Object.entries(programs)) writeFileSync(join(desk, 'bin', name), text, { mode: 0o755 });
writeFileSync(join(checkout, 'run-tests.sh'), 'echo "tests of $(hostname) in $PWD"; exit 7\n');

interface Job {
  tests: string;
  /** What always runs afterwards; an example without it says why in its README. */
  after?: string;
  env: Record<string, string>;
  /** A file that people read instead of the log. */
  summary?: string;
}

interface Container {
  args: string[];
  env: { name: string; value: string }[];
}

function example(file: string): string {
  return readFileSync(join(root, 'examples/ci', file), 'utf8');
}

function githubActions(): Job {
  const text = example('github-actions.yml').replaceAll('${{ github.run_id }}', '4711');
  const { env, jobs } = parse(text) as { env: Record<string, string>; jobs: { tests: { steps: { run?: string }[] } } };
  const [tests = '', after = ''] = jobs.tests.steps.flatMap(({ run }) => run ?? []);
  const summary = join(desk, 'summary.md');
  return {
    tests,
    after,
    env: { ...env, GOOGLE_APPLICATION_CREDENTIALS: '/dev/null', GITHUB_STEP_SUMMARY: summary },
    summary,
  };
}

function gitlab(): Job {
  const text = example('gitlab-ci.yml').replaceAll('$CI_JOB_ID', '4712').replaceAll('$CI_PROJECT_DIR', checkout);
  const { 'gpu-tests': job } = parse(text) as {
    'gpu-tests': { variables: Record<string, string>; script: string[]; after_script: string[] };
  };
  return {
    tests: job.script.join('\n'),
    after: job.after_script.join('\n'),
    env: { ...job.variables, GOOGLE_ID_TOKEN: 'a.b.c' },
  };
}

function cloudBuild(): Job {
  const { substitutions, steps } = parse(example('cloudbuild.yaml')) as {
    substitutions: Record<string, string>;
    steps: { args: string[]; env: string[] }[];
  };
  const values: Record<string, string> = { PROJECT_ID: 'my-project', ...substitutions };
  const [step = { args: [], env: [] }] = steps;
  const env = step.env.map((line) => line.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? ''));
  return container(step.args, Object.fromEntries(env.map((line) => line.split(/=(.*)/s).slice(0, 2))));
}

function kubernetes(): Job {
  const [, cronJob] = parseAllDocuments(example('kubernetes-cronjob.yaml')).map(
    (document) => document.toJS() as unknown,
  );
  const { spec } = cronJob as {
    spec: { jobTemplate: { spec: { template: { spec: { containers: Container[] } } } } };
  };
  const [{ args, env } = { args: [], env: [] }] = spec.jobTemplate.spec.template.spec.containers;
  return container(args, Object.fromEntries(env.map(({ name, value }) => [name, value])));
}

// The image alone, with the checkout where the options say that it is.
function container(args: string[], env: Record<string, string>): Job {
  return { tests: ['cluster-provision', ...args].join(' '), env: { ...env, COPY_DIR_PATH: checkout } };
}

function bash(script: string, env: Record<string, string>): { status: number | null; text: string } {
  const surroundings = { PATH: `${join(desk, 'bin')}:${process.env['PATH']}`, HOME: desk, TMPDIR: tmpdir() };
  const sandbox = { SANDBOX: 'yes', SANDBOX_DIR: join(desk, 'sandbox'), WORK_DIR: join(desk, 'work') };
  const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
    cwd: checkout,
    env: { ...env, ...surroundings, ...sandbox },
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

const why = await whyNoNamespaces(desk);

describe.skipIf(why)('the CI example', () => {
  it.each([
    { name: 'GitHub Actions', job: githubActions() },
    { name: 'GitLab CI', job: gitlab() },
    { name: 'Cloud Build', job: cloudBuild() },
    { name: 'Kubernetes CronJob', job: kubernetes() },
  ])('for $name ends with the exit code of the tests, and leaves nothing', ({ job }) => {
    const tests = bash(job.tests, job.env);
    const after = bash(job.after ?? 'cluster-provision cleanup', job.env);

    const shown = job.summary === undefined ? tests.text : readFileSync(job.summary, 'utf8');
    expect(shown).toContain('in /opt/work');
    expect(tests.status, tests.text).toBe(7);
    expect(after.text).toMatch(/nothing in project my-project carries the mark/);
    expect(after.status).toBe(0);
  });
});
