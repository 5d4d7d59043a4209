import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { createRedactor } from '../../src/core/redact.ts';
import { createReport } from '../../src/core/report.ts';
import type { ReportEvent } from '../../src/core/report.ts';
import { googleCloud } from '../../src/google/credentials.ts';
import { isExposed } from '../../src/google/exposed-file.ts';
import { preflight } from '../../src/preflight/preflight.ts';
import { created } from '../options/given.ts';
import { openCloud } from '../terraform/cloud-desk.ts';

const key = { type: 'service_account', client_email: 'a@p.iam.gserviceaccount.com', private_key: 'k' };
const asRoot = process.getuid?.() === 0;

/** A file in a folder that others may enter, or may not. */
function keyFile(mode: number, { folder = 0o755, content = key }: { folder?: number; content?: object } = {}): string {
  const home = mkdtempSync(join(tmpdir(), 'exposed-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  chmodSync(home, 0o755);
  mkdirSync(join(home, 'keys'));
  const path = join(home, 'keys/key.json');
  writeFileSync(path, JSON.stringify(content));
  chmodSync(path, mode);
  chmodSync(join(home, 'keys'), folder);
  return path;
}

it.each([
  { what: 'that everybody may read', mode: 0o644, exposed: true },
  { what: 'that everybody may read and nobody may write', mode: 0o444, exposed: true },
  { what: 'of its owner alone', mode: 0o600, exposed: false },
  { what: 'of its owner and a group', mode: 0o640, exposed: false },
  { what: 'in a folder that others may not enter', mode: 0o644, folder: 0o700, exposed: false },
])('a file $what is exposed: $exposed', async ({ mode, folder, exposed }) => {
  expect(await isExposed(keyFile(mode, folder === undefined ? {} : { folder }))).toBe(exposed);
});

it('a link shows what it leads to', async () => {
  const path = keyFile(0o644);
  symlinkSync(path, `${path}.link`);

  expect(await isExposed(`${path}.link`)).toBe(true);
});

// In a container a mounted file often belongs to somebody else, and its mode is what lets us read it.
it.runIf(asRoot)('a file of another user is not, for it is not ours to change', async () => {
  const path = keyFile(0o644);
  chownSync(path, 65_532, 65_532);

  expect(await isExposed(path)).toBe(false);
});

it.each([
  { what: 'an exposed key', mode: 0o644, content: key, warned: true },
  { what: 'a private one', mode: 0o600, content: key, warned: false },
  { what: 'a federation, which holds no secret', mode: 0o644, content: { type: 'external_account' }, warned: false },
])('the checks warn of $what: $warned', async ({ mode, content, warned }) => {
  const desk = await openCloud();
  const path = keyFile(mode, { content });
  const { tokens } = await googleCloud({ GOOGLE_APPLICATION_CREDENTIALS: path });
  const cloud = { ...desk.cloud, tokens: { ...tokens, token: desk.cloud.tokens.token } };
  const events: ReportEvent[] = [];
  const clock = { now: Date.now, sleep: () => Promise.resolve() };
  const report = createReport({ show: (event) => events.push(event), close: () => undefined }, clock, createRedactor());
  const options = created({ PROJECT_ID: desk.project, ZONE: 'us-central1-a', VM_TYPE: 'e2-standard-4' });

  await preflight({ cloud, http: desk.http, options, machine: undefined, existing: 0, zone: undefined }, report);

  const notes = events.filter(({ event }) => event === 'note');
  expect(notes.map(({ level, text, data }) => [level, text, data['detail']])).toEqual(
    warned
      ? [['warn', 'everybody on this machine may read the key of the credentials', `run \`chmod 600 ${path}\``]]
      : [],
  );
});
