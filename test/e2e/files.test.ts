import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { openDesk, small } from '../_support/program.ts';
import type { Desk, Ended } from '../_support/program.ts';

/** A tree with what copies get wrong: spaces, unicode, modes, links, empty directories and empty files. */
function work(desk: Desk): string {
  const path = join(desk.path, 'my work');
  mkdirSync(join(path, 'träin data/empty'), { recursive: true });
  writeFileSync(join(path, 'träin data/a file.txt'), 'first\n');
  writeFileSync(join(path, 'run.sh'), '#!/bin/sh\necho ok\n');
  chmodSync(join(path, 'run.sh'), 0o755);
  writeFileSync(join(path, 'nothing'), '');
  symlinkSync('träin data/a file.txt', join(path, 'latest'));
  return path;
}

function filesOn(ended: Ended, output = 'status'): unknown[] {
  const machines = ended.output(output)['machines'] as { name: string; duties?: { files: object }; files?: object }[];
  return machines.map((machine) => machine.files ?? machine.duties?.files);
}

describe('the directory of COPY_DIR_PATH', () => {
  it('is on every machine, whole, and is brought up to date by copy', async () => {
    using desk = openDesk({ machines: 'on' });
    const source = work(desk);
    const files = ['--copy-dir-path', source, '--vm-localfile-dest-path', '/opt/work'];
    // The machine itself checks what it has: its start-up command fails when anything of it is otherwise.
    const check = [
      'cd /opt/work',
      'test "$(cat "träin data/a file.txt")" = first',
      'test -d "träin data/empty"',
      'test -x run.sh && test ! -x nothing && test ! -s nothing',
      'test "$(readlink latest)" = "träin data/a file.txt" && test "$(cat latest)" = first',
      './run.sh',
    ].join('\n');

    const created = await desk.run([
      'create',
      ...small,
      '--instance-count',
      '2',
      ...files,
      '--startup-command',
      `set -e\n${check}`,
    ]);

    expect(created.code, created.text).toBe(0);
    expect(created.output('cluster')['files']).toMatchObject({ count: 3 });
    expect(filesOn(await desk.run(['status', ...small]))).toMatchObject([
      { state: 'done', detail: expect.stringMatching(/^3 files/) },
      { state: 'done', detail: expect.stringMatching(/^3 files/) },
    ]);

    const unchanged = await desk.run([
      'plan',
      ...small,
      '--instance-count',
      '2',
      ...files,
      '--startup-command',
      `set -e\n${check}`,
    ]);
    expect(unchanged.output('plan')['resources'], unchanged.text).toEqual([]);

    writeFileSync(join(source, 'new'), 'second\n');
    const copied = await desk.run(['copy', ...small, ...files]);

    expect(copied.code, copied.text).toBe(0);
    expect(filesOn(copied, 'copied')).toMatchObject([
      { state: 'done', detail: expect.stringMatching(/^4 files/) },
      { state: 'done', detail: expect.stringMatching(/^4 files/) },
    ]);
    expect((await desk.run(['copy', ...small, ...files])).output('copied')['files']).toMatchObject({
      uploadedBytes: 0,
    });
  }, 180_000);

  it('is refused by name before anything is made, all of it at once', async () => {
    using desk = openDesk();
    const source = work(desk);
    symlinkSync('/etc/passwd', join(source, 'out'));
    symlinkSync('../../secret', join(source, 'up'));

    const ended = await desk.run(['create', ...small, '--copy-dir-path', source]);

    expect(ended.faults, ended.text).toEqual(['COPY_REFUSED']);
    expect(ended.code).toBe(2);
    for (const name of ['out', 'up']) expect(ended.text).toContain(name);
    expect((await desk.run(['list', '--project-id', 'demo-project'])).output('deployments')['deployments']).toEqual([]);
  });
});

describe('a start-up command', () => {
  it('that fails is told with its exit code and its last words', async () => {
    using desk = openDesk({ machines: 'on' });

    const ended = await desk.run(['create', ...small, '--startup-command', 'echo the data set is missing; exit 7']);

    expect(ended.faults, ended.text).toEqual(['MACHINES_UNUSABLE']);
    expect(ended.code).toBe(33);
    expect(ended.text).toContain('ended with 7');
    expect(ended.text).toContain('the data set is missing');
  });

  it('hands its exit code on when the cluster is there for it alone', async () => {
    using desk = openDesk({ machines: 'on' });
    const job = ['--cleanup-on-exit', '--exit-when-done', '--startup-command', 'exit 7'];

    const ended = await desk.run(['create', ...small, ...job]);

    expect(ended.code, ended.text).toBe(7);
    expect((await desk.run(['list', '--project-id', 'demo-project'])).output('deployments')['deployments']).toEqual([]);
  });
});
