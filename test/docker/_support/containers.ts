import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { inject, onTestFinished } from 'vitest';

import { must, shell } from './shell.ts';
import type { Ended } from './shell.ts';

const docker = inject('docker');
const { cli, env, image } = 'why' in docker ? { cli: '', env: {}, image: '' } : docker;

/** Whether there is an engine to run the image with. */
export const hasEngine = !('why' in docker);

/** The image under test. */
export const imageName = image;

/** Small enough to be quick, and complete: one machine, without GPUs. */
export const small = [
  ...['--project-id', 'demo-project', '--name-prefix', 'demo', '--zone', 'us-central1-a'],
  ...['--vm-type', 'e2-standard-2', '--sandbox'],
];

/** As strict as an engine can be told to be. */
export const hardened = '--read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges'.split(' ');

/** Builds another image, from the files of a folder. */
export async function build(name: string, dockerfile: string, folder: string): Promise<void> {
  await must(cli, ['build', '-q', '-t', name, '-f', '-', folder], { env, input: dockerfile });
}

/** Calls the engine's client. */
export function engine(...args: string[]): Promise<Ended> {
  return shell(cli, args, { env });
}

/** Runs the image to its end: first what is for the engine, then what is for the program. */
export function run(settings: readonly string[], ...words: string[]): Promise<Ended> {
  return engine('run', '--rm', ...settings, image, ...words);
}

/** Starts the image in the background. It is removed when the test is over. */
export async function start(settings: readonly string[], ...words: string[]): Promise<Container> {
  const name = `cp-test-${randomBytes(4).toString('hex')}`;
  await must(cli, ['run', '-d', '--name', name, ...settings, image, ...words], { env });
  onTestFinished(async () => {
    await shell(cli, ['rm', '-f', '-v', name], { env });
  });
  const said = async (): Promise<string> => {
    const { out, err } = await engine('logs', name);
    return out + err;
  };
  return {
    name,
    said,
    async until(text) {
      for (let tries = 0; tries < 600; tries += 1) {
        const all = await said();
        if (all.includes(text)) return;
        if ((await engine('inspect', '-f', '{{.State.Running}}', name)).out.trim() !== 'true') break;
        await sleep(200);
      }
      throw new Error(`${name} never said "${text}":\n${await said()}`);
    },
    async ended() {
      const code = Number(await must(cli, ['wait', name], { env }));
      return { code, text: await said() };
    },
  };
}

/** A container that runs in the background. */
export interface Container {
  name: string;
  said(): Promise<string>;
  until(text: string): Promise<void>;
  /** Its exit code, when it has ended, with all it said. */
  ended(): Promise<{ code: number; text: string }>;
}

/** A directory of the host that every user may write to, such as a mounted volume; gone after the test. */
export function sharedDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'cluster-provision-docker-'));
  chmodSync(path, 0o777);
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** What the sandbox in `directory` still has of the deployments of the project. */
export async function deploymentsIn(directory: string): Promise<string> {
  const { out, err } = await run(
    ['-v', `${directory}:/tmp/sandbox`],
    'list',
    '--sandbox',
    '--project-id',
    'demo-project',
  );
  return out.trim() || err;
}
