import { expect, it } from 'vitest';

import { parseImportId } from '../../../src/sandbox/provider/import-id.ts';
import { sameImage } from '../../../src/sandbox/provider/image.ts';
import { holdsRange } from '../../../src/sandbox/provider/ip-range.ts';
import { pathOf, sameLink } from '../../../src/sandbox/provider/link.ts';
import { readProviderConfig } from '../../../src/sandbox/provider/session.ts';
import { goDuration, timeoutOf } from '../../../src/sandbox/provider/timeout.ts';
import { uniqueNames } from '../../../src/sandbox/provider/unique-name.ts';

const link = 'https://www.googleapis.com/compute/v1/projects/p/global/networks/n';
const template = 'projects/{project}/global/networks/{}';

it.each([
  { reference: 'n', path: 'projects/p/global/networks/n' },
  { reference: 'global/networks/n', path: 'projects/p/global/networks/n' },
  { reference: 'projects/other/global/networks/n', path: 'projects/other/global/networks/n' },
  { reference: link, path: 'projects/p/global/networks/n' },
])('$reference is sent as $path', ({ reference, path }) => {
  expect(pathOf(reference, template, { project: 'p' })).toBe(path);
});

it.each([
  { a: 'n', b: link, same: true },
  { a: 'projects/p/global/networks/n', b: link, same: true },
  { a: 'projects/other/global/networks/n', b: link, same: false },
  { a: 'm', b: link, same: false },
  { a: '', b: '', same: false },
])('$a and $b: the same is $same', ({ a, b, same }) => {
  expect(sameLink(a, b)).toBe(same);
});

const debian = 'https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-bookworm-v20261014';

it.each([
  { configured: 'debian-cloud/debian-12', known: debian, same: true },
  { configured: 'projects/debian-cloud/global/images/family/debian-12', known: debian, same: true },
  { configured: 'debian-12', known: debian, same: true },
  { configured: debian, known: debian, same: true },
  { configured: 'debian-cloud/debian-12', known: 'projects/debian-cloud/global/images/family/debian-12', same: true },
  { configured: 'debian-cloud/debian-11', known: debian, same: false },
  { configured: 'ubuntu-os-cloud/debian-12', known: debian, same: false },
  { configured: 'projects/debian-cloud/global/images/debian-12', known: debian, same: false },
])('image $configured is $known: $same', ({ configured, known, same }) => {
  expect(sameImage(configured, known)).toBe(same);
});

it.each([
  { outer: '10.0.0.0/15', inner: '10.1.0.0/16', holds: true },
  { outer: '10.0.0.0/16', inner: '10.0.0.0/16', holds: true },
  { outer: '10.0.0.0/16', inner: '10.1.0.0/16', holds: false },
  { outer: '10.0.0.0/17', inner: '10.0.0.0/16', holds: false },
  { outer: '192.168.0.0/16', inner: '192.168.255.0/24', holds: true },
])('$outer holds $inner: $holds', ({ outer, inner, holds }) => {
  expect(holdsRange(outer, inner)).toBe(holds);
});

it('an import id takes what it does not say from the provider block', () => {
  const provider = readProviderConfig({ project: 'p', region: 'r', zone: 'r-a' });
  const forms = ['projects/{project}/zones/{zone}/disks/{name}', '{project}/{zone}/{name}', '{zone}/{name}', '{name}'];

  const found = ['projects/q/zones/z/disks/d', 'q/z/d', 'z/d', 'd'].map((id) => parseImportId(id, forms, provider));

  expect(found).toEqual([
    { project: 'q', region: 'r', zone: 'z', name: 'd' },
    { project: 'q', region: 'r', zone: 'z', name: 'd' },
    { project: 'p', region: 'r', zone: 'z', name: 'd' },
    { project: 'p', region: 'r', zone: 'r-a', name: 'd' },
  ]);
});

it.each([
  { create: '30m', minutes: 30 },
  { create: '1h30m', minutes: 90 },
  { create: '45s', minutes: 0.75 },
  { create: null, minutes: 20 },
])('a timeout of $create is $minutes minutes', ({ create, minutes }) => {
  expect(timeoutOf({ timeouts: { create } }, 'create', 20)).toBe(minutes);
});

it.each([
  { minutes: 20, text: '20m0s' },
  { minutes: 90, text: '1h30m0s' },
  { minutes: 60, text: '1h0m0s' },
  { minutes: 0.75, text: '45s' },
])('$minutes minutes read as $text', ({ minutes, text }) => {
  expect(goDuration(minutes)).toBe(text);
});

it('generated names are new each time and never too long', () => {
  const now = Date.parse('2026-11-22T15:04:05.678Z');
  const name = uniqueNames({ now: () => now, sleep: async () => undefined });

  expect(name('b-')).toBe('b-20261122150405678000000001');
  expect(name('b-')).toBe('b-20261122150405678000000002');
  expect(name('x'.repeat(54)).length).toBe(63);
});
