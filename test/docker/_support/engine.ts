import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { must, shell } from './shell.ts';

/** An engine that containers can be run with. */
export interface Engine {
  /** The client, one that can build with BuildKit. */
  cli: string;
  /** What the client's environment needs to find it. */
  env: Record<string, string>;
  /** It is ours, on a machine that may reach no registry: the base images are made here too. */
  own: boolean;
  stop(): Promise<void>;
}

/**
 * The engine of this machine, or one of our own where we are root: Debian's, installed where it is missing, with its images in
 * `folder`. Answers the reason where there can be none.
 */
export async function openEngine(folder: string): Promise<Engine | { why: string }> {
  const client = await findClient({});
  if (client && (await shell(client, ['info'])).code === 0) {
    return { cli: client, env: buildKit, own: false, stop: () => Promise.resolve() };
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { why: 'there is no engine, and only root can start one' };
  try {
    await install();
    return await startEngine(folder);
  } catch (error) {
    return { why: `no engine can be started here: ${(error as Error).message.split('\n').slice(-8).join(' ')}` };
  }
}

const buildKit = { DOCKER_BUILDKIT: '1' };

async function startEngine(folder: string): Promise<Engine> {
  mkdirSync(folder, { recursive: true });
  const run = join('/run', `cluster-provision-test-${process.pid}`);
  mkdirSync(run);
  const host = `unix://${run}/docker.sock`;
  const log = openSync(join(folder, 'dockerd.log'), 'w');
  const daemon = spawn(
    'dockerd',
    [
      '--host',
      host,
      '--data-root',
      join(folder, 'data'),
      '--exec-root',
      join(run, 'exec'),
      '--pidfile',
      join(run, 'pid'),
    ],
    { stdio: ['ignore', log, log], detached: true },
  );
  const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()).once('error', () => resolve()));
  const stop = async (): Promise<void> => {
    // The next run is quick with what this one has built; what ten runs have built would fill the disk.
    await shell('/usr/bin/docker', ['builder', 'prune', '-f', '--keep-storage', '4GB'], { env: { DOCKER_HOST: host } });
    await shell('/usr/bin/docker', ['image', 'prune', '-f'], { env: { DOCKER_HOST: host } });
    daemon.kill('SIGTERM');
    await Promise.race([ended, sleep(20_000, undefined, { ref: false })]);
    await shell('rm', ['-rf', run]);
  };
  const env = { ...buildKit, DOCKER_HOST: host };
  for (let tries = 0; tries < 60; tries += 1) {
    const cli = await findClient(env);
    if (cli && (await shell(cli, ['info'], { env })).code === 0) return { cli, env, own: true, stop };
    if (daemon.exitCode !== null) break;
    await sleep(500);
  }
  await stop();
  throw new Error((await shell('tail', ['-n', '3', join(folder, 'dockerd.log')])).out);
}

// Clients from 23 on need the plugin buildx for BuildKit, older ones have it built in.
async function findClient(env: Record<string, string>): Promise<string | undefined> {
  for (const cli of ['docker', '/usr/bin/docker']) {
    if ((await shell(cli, ['buildx', 'version'], { env })).code === 0) return cli;
    const version = /version (\d+)\./.exec((await shell(cli, ['--version'], { env })).out)?.[1];
    if (version !== undefined && Number(version) < 23) return cli;
  }
  return undefined;
}

async function install(): Promise<void> {
  const missing = Object.entries({ dockerd: 'docker.io', debootstrap: 'debootstrap', iptables: 'iptables' });
  const packages: string[] = [];
  for (const [command, name] of missing) {
    if ((await shell('sh', ['-c', `command -v ${command}`])).code !== 0) packages.push(name);
  }
  if (packages.length === 0) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await must('apt-get', ['update', '-qq'], { env });
  await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
}
