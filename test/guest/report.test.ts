import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { spawn } from 'node:child_process';

import { expect, it } from 'vitest';

import { bash, guestFolder } from './_support/bash.ts';

const texts: [name: string, input: Buffer | string, output: string][] = [
  ['quotes and backslashes', 'say "a\\b"', 'say "a\\b"'],
  ['lines and tabs', 'one\n\ttwo\n', 'one\n\ttwo'],
  ['windows line ends', 'one\r\ntwo\r\n', 'one\ntwo'],
  ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
  ['control characters', 'a\u0000b\u0007c\u007fd', 'abcd'],
  ['unicode', 'Grüße 你好 🚀', 'Grüße 你好 🚀'],
  ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0x62, 0xc3]), 'ab'],
  ['nothing', '', ''],
];

it.each(texts)('makes JSON of %s', (_, input, output) => {
  const { stdout } = bash(['report.sh'], 'json_text', { input });

  expect(JSON.parse(`"${stdout.toString().trimEnd()}"`)).toBe(output);
});

it('shows of a progress bar what it said last', () => {
  const input = `begin\r\n${Array.from({ length: 5_000 }, (_, index) => `${index}%`).join('\r')}\nend\n`;

  const { stdout } = bash(['report.sh'], 'last_lines <(cat)', { input });

  expect(stdout.toString()).toBe('begin\n4999%\nend\n');
});

it.each([
  ['a/b c', 'a%2Fb%20c'],
  ['é%&?#', '%C3%A9%25%26%3F%23'],
  ['plain-._~09', 'plain-._~09'],
])('escapes %s for an address', (input, output) => {
  expect(bash(['download.sh'], 'url_escape "$1"', { args: [input] }).stdout.toString()).toBe(output);
});

it('keeps a report below 4 KiB, whatever a duty has written', async () => {
  const state = mkdtempSync(join(tmpdir(), 'guest-report-'));
  mkdirSync(join(state, 'duties/files'), { recursive: true });
  writeFileSync(join(state, 'duties/files/detail'), '"\\'.repeat(5_000));
  writeFileSync(join(state, 'duties/files/log'), `${'"\\\t'.repeat(200)}é\n`.repeat(500));
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.end();
    });
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));

  const child = spawn(
    'bash',
    ['-c', 'cd "$1"; . ./retry.sh; . ./report.sh; . ./metadata.sh; report_duty files failed 3 7', '-', guestFolder],
    {
      env: {
        PATH: process.env['PATH'],
        LOG: '/dev/null',
        ROOT: '',
        STATE: state,
        DUTIES: join(state, 'duties'),
        GCE_METADATA_HOST: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
    },
  );
  await new Promise((ended) => child.once('close', ended));
  server.close();
  rmSync(state, { recursive: true });

  expect(bodies).toHaveLength(1);
  expect(Buffer.byteLength(bodies[0] ?? '')).toBeLessThanOrEqual(4096);
  expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ state: 'failed', code: 3, seconds: 7 });
});
