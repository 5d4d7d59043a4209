import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { poll } from '../../src/core/poll.ts';
import { main } from '../../src/main.ts';
import { credentials, environment, leak, sung } from '../_support/canaries.ts';
import { openDesk, small } from '../_support/program.ts';
import type { Desk } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';
import type { ServedSandbox } from '../_support/served-sandbox.ts';

// What a user brings along beside the options; the file is there to be read, and is read by nobody here.
const key = Object.values(credentials)
  .map(({ text }) => text)
  .join('\n');
const user = (desk: Desk): Record<string, string> => ({
  ...environment,
  GOOGLE_APPLICATION_CREDENTIALS: desk.file('key.json', key),
  GITHUB_TOKEN: 'canary01',
  NO_PROXY: '127.0.0.1',
});

const killed = ['--project-id', 'demo-project', '--name-prefix', 'killed', '--zone', 'us-central1-a'];

let desk: Desk;
let sandbox: ServedSandbox;
beforeAll(async () => {
  desk = openDesk();
  sandbox = await serveSandbox(desk);
});
afterAll(() => desk[Symbol.dispose]());

/** Google refuses, and repeats everything that it was ever sent. */
const refuses = (method: string, path: string) => ({
  match: { service: 'compute', method, path },
  // eslint-disable-next-line unicorn/no-thenable -- a word of the sandbox's fault rules, never a function
  then: { status: 403, reason: 'forbidden', message: leak },
});

describe('nothing secret can be read', () => {
  it('in what is said when Google refuses a check and echoes the secrets', async () => {
    await sandbox.breaks(refuses('GET', '/zones/us-central1-a$'));

    const ended = await desk.run(['create', ...small, '--debug'], user(desk));

    expect(ended.code).not.toBe(0);
    expect(ended.text).toContain('[secret]');
    expect(sung(ended.text)).toEqual([]);
  });

  it('in what is said and logged when Terraform is refused, and on the command lines and in the environment of all children', async () => {
    await sandbox.breaks(refuses('POST', '/instanceGroupManagers'));
    const running = desk.start(['create', ...small], user(desk));
    const watched = watchChildren(running.child.pid ?? 0);

    const ended = await running.ended;
    const seen = watched.end();

    expect(ended.code).not.toBe(0);
    expect(ended.text).toContain('[secret]');
    expect(sung(ended.text)).toEqual([]);
    expect(seen.commands.some((words) => words.includes('terraform') && words.includes('apply'))).toBe(true);
    expect(sung(seen.commands.join('\n'))).toEqual([]);
    expect(sung(seen.environments.join('\n'))).toEqual([]);
  });

  it('in what a bug says', async () => {
    const [out, err] = [new PassThrough(), new PassThrough()];
    let said = '';
    for (const stream of [out, err]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const fails = (): never => {
      throw new RangeError(leak);
    };

    const code = await main({
      argv: ['validate', ...small, '--sandbox', '--work-dir', join(desk.path, 'bug')],
      environment: { ...environment, PATH: process.env['PATH'] },
      out: Object.assign(out, { write: fails }),
      err,
      program: ['cluster-provision'],
      streams: () => ({ input: new PassThrough(), output: new PassThrough() }),
    });

    expect(code).toBe(70);
    expect(said).toContain('[secret]');
    expect(said).toContain('    at ');
    expect(sung(said)).toEqual([]);
  });

  it('in the options that are told to be wrong', async () => {
    const wrong = { ...environment, METADATA: environment.METADATA.slice(0, -1), STARTUP_SCRIPT_PATH: '/nowhere' };

    const ended = await desk.run(['create', ...small, '--public-ip=perhaps'], wrong);

    expect(ended.faults).toEqual(['OPTIONS_WRONG']);
    expect(sung(ended.text)).toEqual([]);
  });

  it('in the files of the work directory, but for the variables and the plan, which hold what the machines are given', () => {
    const found = filesIn(join(desk.path, 'work')).map(([name, text]) => [name, sung(text)] as const);
    const holding = found.filter(([, names]) => names.length > 0).map(([name]) => name);

    expect(found.map(([name]) => name)).toContain('terraform.log');
    expect(holding.filter((name) => !['tf.auto.tfvars.json', 'plan.tfplan'].includes(name))).toEqual([]);
    expect(holding).toContain('tf.auto.tfvars.json');
    expect(found.flatMap(([, names]) => names.filter((name) => name in credentials))).toEqual([]);
  });

  it('in the bucket, but for the state, which holds what the machines are given', async () => {
    await sandbox.breaks();
    const ended = await desk.run(['create', ...small], user(desk));

    const objects = await objectsOf(sandbox);
    const holding = objects.filter(([, text]) => sung(text).length > 0).map(([name]) => name);

    expect(ended.code, ended.text).toBe(0);
    expect(sung(ended.text)).toEqual([]);
    expect(objects.length).toBeGreaterThan(1);
    expect([...new Set(holding)]).toEqual(['demo-deployment/terraform/state/default.tfstate']);
    const states = objects.filter(([name]) => name.endsWith('.tfstate')).map(([, text]) => text);
    expect(sung(states.join()).filter((name) => !/^(METADATA|STARTUP_COMMAND)/.test(name))).toEqual([]);
  });

  it('in what is said when Terraform is killed', async () => {
    // eslint-disable-next-line unicorn/no-thenable -- see above
    await sandbox.breaks({ match: { method: 'POST', path: '/networks' }, then: { delay: 5_000 } });
    const running = desk.start(['create', ...killed], user(desk));
    const watched = watchChildren(running.child.pid ?? 0);
    await Promise.race([
      watched.kill((words) => words.includes('terraform') && words.includes('apply')),
      running.ended,
    ]);

    const ended = await running.ended;
    watched.end();

    expect(ended.faults, ended.text).toEqual(['TERRAFORM_FAILED']);
    expect(sung(ended.text)).toEqual([]);
  });
});

/** Follows every process below `top`: its words and its environment, as anybody with the same user can read them. */
function watchChildren(top: number): {
  /** Kills the first whose words are `wanted`, a moment after it was seen. */
  kill(wanted: (words: string) => boolean): Promise<void>;
  end(): { commands: string[]; environments: string[] };
} {
  const commands = new Map<string, number>();
  const environments = new Set<string>();
  const look = (): void => {
    const own = readProcess(top, 'cmdline');
    for (const pid of below(top)) {
      const words = readProcess(pid, 'cmdline');
      // Between fork and exec a child is still a copy of us, with our environment.
      if (words === own) continue;
      commands.set(words, pid);
      // The proxy is Terraform's to go through, and its password comes with it.
      const variables = readProcess(pid, 'environ').split('\n');
      environments.add(variables.filter((line) => !/^https?_proxy=/i.test(line)).join('\n'));
    }
  };
  const timer = setInterval(look, 20);
  return {
    async kill(wanted) {
      const pid = await poll(() => Promise.resolve([...commands].find(([words]) => wanted(words))?.[1]), {
        every: 20,
        timeout: 60_000,
      });
      // By then it has begun to make something.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    end() {
      clearInterval(timer);
      return { commands: [...commands.keys()], environments: [...environments] };
    },
  };
}

function below(top: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(/\) \S (\d+)/.exec(readProcess(Number(name), 'stat'))?.[1])] as const);
  const found: number[] = [];
  const ahead = [top];
  for (let parent = ahead.pop(); parent !== undefined; parent = ahead.pop()) {
    const children = parents.filter(([, above]) => above === parent).map(([pid]) => pid);
    found.push(...children);
    ahead.push(...children);
  }
  return found;
}

function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', '\n');
  } catch {
    return '';
  }
}

/** Names and texts of the files below a folder, without what Terraform has linked there. */
function filesIn(folder: string): [name: string, text: string][] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.terraform'))
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'latin1')]);
}

async function objectsOf({ ask }: ServedSandbox): Promise<[name: string, text: string][]> {
  const { items: buckets = [] } = (await ask('GET', '/storage/v1/b?project=demo-project')) as Page;
  const found: [string, string][] = [];
  for (const { name: bucket } of buckets) {
    const { items = [] } = (await ask('GET', `/storage/v1/b/${bucket}/o?versions=true`)) as Page;
    for (const { name, generation } of items) {
      const path = `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media&generation=${generation}`;
      found.push([name, JSON.stringify(await ask('GET', path))]);
    }
  }
  return found;
}

interface Page {
  items?: { name: string; generation?: string }[];
}
