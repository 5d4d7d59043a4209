import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, onTestFinished } from 'vitest';

import { openSandbox } from '../../src/sandbox/start.ts';
import type { SandboxHandle, SandboxOptions } from '../../src/sandbox/start.ts';
import { temporaryFolder } from './_support/temporary.ts';

const program = join(import.meta.dirname, '_support', 'open-sandbox.ts');

describe('openSandbox', () => {
  it('shows in the next run what the one before made', async () => {
    const dir = temporaryFolder();
    const first = await openSandbox({ dir });
    await upload(first, 'a/b', 'hello');
    await first.close();

    const second = await open({ dir });

    expect(await download(second, 'a/b')).toBe('hello');
    expect(second.attached).toBe(false);
  });

  it('uses the listener of the process that came first', async () => {
    const dir = temporaryFolder();
    const first = await open({ dir });
    await upload(first, 'x', 'from the first');

    const second = await open({ dir });

    expect(second).toMatchObject({ attached: true, url: first.url });
    expect(await download(second, 'x')).toBe('from the first');
  });

  it('lets only one of several that start together have the folder', async () => {
    const dir = temporaryFolder();

    const all = await Promise.all(Array.from({ length: 5 }, () => open({ dir })));

    expect(all.filter(({ attached }) => !attached)).toHaveLength(1);
    expect(new Set(all.map(({ url }) => url)).size).toBe(1);
  });

  it('does not end before the processes that are attached', async () => {
    const dir = temporaryFolder();
    const first = await openSandbox({ dir });
    const second = await openSandbox({ dir });
    await upload(second, 'x', 'still there');
    let isClosed = false;

    const closing = first.close().then(() => (isClosed = true));
    await sleep(100);
    const whileAttached = isClosed;
    const text = await download(second, 'x');
    await second.close();
    await closing;

    expect([whileAttached, text, isClosed]).toEqual([false, 'still there', true]);
  });

  it('ends at once when it is told to hurry', async () => {
    const dir = temporaryFolder();
    const hurry = new AbortController();
    const first = await openSandbox({ dir, hurry: hurry.signal });
    await open({ dir });

    const closing = first.close();
    hurry.abort();

    await expect(closing).resolves.toBeUndefined();
  });

  it('takes the rules of a process that attaches', async () => {
    const dir = temporaryFolder();
    const faults = join(dir, 'faults.yaml');
    writeFileSync(faults, '- match: { path: /o/x }\n  then: { status: 503 }\n');
    const first = await open({ dir });

    await open({ dir, faults });

    expect((await ask(first, '/storage/v1/b/my-bucket/o/x')).status).toBe(503);
  });

  it.each([
    ['a journal that is none', (dir: string) => writeFileSync(join(dir, 'journal.jsonl'), 'oh\n'), 'SANDBOX_UNUSABLE'],
    ['a file in its place', (dir: string) => writeFileSync(join(dir, 'contents'), ''), 'SANDBOX_UNUSABLE'],
  ])('refuses %s, and can be opened when that is mended', async (_what, spoil, code) => {
    const dir = temporaryFolder();
    spoil(dir);

    await expect(openSandbox({ dir })).rejects.toMatchObject({ code });
    await expect(openSandbox({ dir })).rejects.toMatchObject({ code });
  });
});

describe('a sandbox that is killed', () => {
  it('leaves everything it had answered, however often, and is followed by the next process', async () => {
    const dir = temporaryFolder();
    const acknowledged: string[] = [];

    for (let round = 0; round < 4; round += 1) {
      const child = await openElsewhere(dir);
      const uploading = uploadUntilItDies(child.handle, round, acknowledged);
      await sleep(80 + 40 * round);
      child.kill();
      await uploading;
    }
    const survivor = await open({ dir });
    const listed = await names(survivor);

    expect(acknowledged.length).toBeGreaterThan(8);
    expect(listed).toEqual(expect.arrayContaining(acknowledged));
    for (const name of listed) expect(await download(survivor, name)).toBe(`content of ${name}`);
    const files = readdirSync(join(dir, 'contents'));
    expect(files).toHaveLength(listed.length);
  });
});

async function open(options: SandboxOptions): Promise<SandboxHandle> {
  const hurry = AbortSignal.abort();
  const handle = await openSandbox({ hurry, ...options });
  onTestFinished(() => handle.close());
  return handle;
}

async function ask(
  handle: Pick<SandboxHandle, 'url' | 'tokens'>,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  return await fetch(handle.url + path, {
    ...init,
    headers: { authorization: `Bearer ${await handle.tokens.token()}` },
  });
}

async function upload(handle: Pick<SandboxHandle, 'url' | 'tokens'>, name: string, body: string): Promise<void> {
  await ask(handle, '/storage/v1/b?project=my-project', { method: 'POST', body: '{"name":"my-bucket"}' });
  const path = `/upload/storage/v1/b/my-bucket/o?uploadType=media&name=${encodeURIComponent(name)}`;
  const response = await ask(handle, path, { method: 'POST', body });
  expect(response.status).toBe(200);
}

async function download(handle: SandboxHandle, name: string): Promise<string> {
  return await (await ask(handle, `/storage/v1/b/my-bucket/o/${encodeURIComponent(name)}?alt=media`)).text();
}

async function names(handle: SandboxHandle): Promise<string[]> {
  const list = (await (await ask(handle, '/storage/v1/b/my-bucket/o')).json()) as { items?: { name: string }[] };
  return (list.items ?? []).map(({ name }) => name);
}

// A sandbox in a process of its own, which can be killed as a user's run can.
async function openElsewhere(dir: string): Promise<{ handle: Pick<SandboxHandle, 'url' | 'tokens'>; kill(): void }> {
  const child = spawn(process.execPath, [program, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, token } = JSON.parse(line.toString()) as { url: string; token: string };
  const tokens = { token: () => Promise.resolve(token), describe: () => Promise.resolve('') };
  return { handle: { url, tokens }, kill: () => void child.kill('SIGKILL') };
}

async function uploadUntilItDies(
  handle: Pick<SandboxHandle, 'url' | 'tokens'>,
  round: number,
  acknowledged: string[],
): Promise<void> {
  for (let n = 0; ; n += 1) {
    const name = `round-${round}/object-${n}`;
    try {
      await upload(handle, name, `content of ${name}`);
    } catch {
      return;
    }
    acknowledged.push(name);
  }
}
