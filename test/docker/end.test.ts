import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import {
  deploymentsIn,
  hasEngine,
  engine,
  imageName,
  run,
  sharedDirectory,
  small,
  start,
} from './_support/containers.ts';
import type { Container } from './_support/containers.ts';

const quick = [...small, '--sandbox-machines', 'off'];
const held = [...quick, '--cleanup-on-exit'];

function faults(directory: string, rules: string): string[] {
  const file = join(directory, 'faults.yaml');
  writeFileSync(file, rules);
  return ['--sandbox-faults', '/tmp/sandbox/faults.yaml'];
}

async function startHeld(sandbox: string, ...more: string[]): Promise<Container> {
  return start(['-v', `${sandbox}:/tmp/sandbox`], 'create', ...held, ...more);
}

describe.runIf(hasEngine)('a container that holds its cluster', () => {
  it('takes the cluster away when it is stopped, within the ten seconds that Docker gives, and ends with 0', async () => {
    const sandbox = sharedDirectory();
    const container = await startHeld(sandbox);
    await container.until('holding the cluster');

    await engine('stop', container.name);
    const { code, text } = await container.ended();

    expect(code, text).toBe(0);
    expect(text).toContain('stopping in good order');
    expect(text).toContain('demo is gone');
    expect(await deploymentsIn(sandbox)).toContain('no deployments');
  });

  it('is well while it looks at its machines, and reaps what others leave behind', async () => {
    const sandbox = sharedDirectory();
    const container = await start(
      ['-v', `${sandbox}:/tmp/sandbox`, '--health-interval', '1s', '--health-start-period', '1s'],
      ...['create', ...held],
    );
    await container.until('holding the cluster');
    // The parent ends before its child, which is the first process's then.
    await engine('exec', container.name, 'bash', '-c', 'sleep 0.2 & disown');
    await sleep(4_000);

    const health = await engine('inspect', '-f', '{{.State.Health.Status}}', container.name);
    const processes = await engine('top', container.name, '-eo', 'pid,stat,args');
    expect(health.out.trim()).toBe('healthy');
    expect(processes.out).toContain('tini');
    expect(processes.out).not.toMatch(/ Z|defunct/);

    await engine('stop', container.name);
  });

  it('is not well when it has given no sign of life for some time', async () => {
    const script = 'touch -d "10 minutes ago" "$PULSE_FILE" && exec node /opt/cluster-provision/healthcheck.mjs';

    const asked = await engine('run', '--rm', '--entrypoint', '/usr/bin/bash', imageName, '-c', script);

    expect(asked).toMatchObject({ code: 1, out: 'no sign of life for 600 s\n' });
  });

  it('takes away what a create had begun when it is stopped in the middle, and ends with 143', async () => {
    const sandbox = sharedDirectory();
    const container = await startHeld(sandbox);
    await container.until('create in us-central1-a');

    await engine('stop', '-t', '30', container.name);
    const { code, text } = await container.ended();

    expect(code, text).toBe(143);
    expect(await deploymentsIn(sandbox)).toContain('no deployments');
  });

  it('takes away what a create had begun that failed half-way, and ends with what failed', async () => {
    const sandbox = sharedDirectory();
    const rules = faults(
      sandbox,
      '- {match: {service: compute, method: POST, path: instanceGroupManagers}, then: {status: 403}}',
    );

    const { code, err } = await run(['-v', `${sandbox}:/tmp/sandbox`], 'create', ...held, ...rules);

    expect(code).toBeGreaterThan(0);
    expect(err).toContain('taking away what was begun');
    expect(await deploymentsIn(sandbox)).toContain('no deployments');
  });

  it('ends by itself with EXIT_WHEN_DONE', async () => {
    const sandbox = sharedDirectory();

    const { code, out, err } = await run(
      ['-v', `${sandbox}:/tmp/sandbox`],
      ...['create', ...held, '--exit-when-done', '--startup-command', 'true'],
    );

    expect(code, out + err).toBe(0);
    expect(await deploymentsIn(sandbox)).toContain('no deployments');
  });

  it('leaves what Docker gave it no time for to its next start, which begins with that', async () => {
    const sandbox = sharedDirectory();
    const slow = faults(sandbox, '- operation: {type: delete, target: /networks/, latency: 20000}');
    const container = await startHeld(sandbox, ...slow);
    await container.until('holding the cluster');
    await engine('stop', '-t', '2', container.name);
    expect((await container.ended()).code).toBe(137);

    writeFileSync(join(sandbox, 'faults.yaml'), '[]');
    await engine('start', container.name);
    await container.until('finishing its clean-up first');
    await sleep(2_000);
    await engine('stop', '-t', '60', container.name);
    const { text } = await container.ended();

    expect(await deploymentsIn(sandbox), text).toContain('no deployments');
  });

  it('that is killed and removed leaves it to the next run, in another container', async () => {
    const sandbox = sharedDirectory();
    const container = await startHeld(sandbox);
    await container.until('holding the cluster');
    await engine('kill', container.name);
    await engine('rm', container.name);

    const destroyed = await run(['-v', `${sandbox}:/tmp/sandbox`], 'destroy', ...quick);

    expect(destroyed.code, destroyed.err).toBe(0);
    expect(destroyed.err).toContain('an earlier run died');
    expect(await deploymentsIn(sandbox)).toContain('no deployments');
  });

  it('that runs out of memory leaves it to the next run as well', async () => {
    const sandbox = sharedDirectory();
    const container = await start(
      ['-v', `${sandbox}:/tmp/sandbox`, '--memory', '1g', '--memory-swap', '1g'],
      ...['create', ...held],
    );
    await container.until('holding the cluster');
    // What the kernel does to the largest process of a container that has no memory left.
    const { out } = await engine('top', container.name, '-eo', 'pid,rss,args');
    const [largest = ''] = out.split('\n').filter((line) => line.includes('cluster-provision.mjs'));
    process.kill(Number(largest.trim().split(/\s+/)[0]), 'SIGKILL');
    const { code } = await container.ended();
    await engine('rm', container.name);

    const destroyed = await run(['-v', `${sandbox}:/tmp/sandbox`], 'destroy', ...quick);

    expect(code).toBe(137);
    expect(destroyed.code, destroyed.err).toBe(0);
    expect(await deploymentsIn(sandbox)).toContain('no deployments');
  });

  it('stops at once on a second signal, and says how to go on', async () => {
    const sandbox = sharedDirectory();
    const slow = faults(sandbox, '- operation: {type: delete, target: /networks/, latency: 60000}');
    const container = await startHeld(sandbox, ...slow);
    await container.until('holding the cluster');
    await engine('kill', '-s', 'TERM', container.name);
    await container.until('destroying everything');
    await sleep(2_500);
    await engine('kill', '-s', 'TERM', container.name);

    const { code, text } = await container.ended();

    expect(text).toContain('stopping now');
    expect([31, 75], text).toContain(code);
  });
});

describe.runIf(hasEngine)('a terminal', () => {
  it('gets a picture that moves, a pipe gets plain lines', async () => {
    const [withTerminal, without] = await Promise.all([run(['-t'], 'create', ...quick), run([], 'create', ...quick)]);

    expect(withTerminal.code).toBe(0);
    expect(withTerminal.out).toContain('\u001B[');
    expect(without.out + without.err).not.toContain('\u001B[');
  });
});
