/* eslint-disable unicorn/no-thenable -- `then` is a word of the rules' format and never a function */
import { expect, it } from 'vitest';

import { openDesk, small } from '../_support/program.ts';
import { serveSandbox } from '../_support/served-sandbox.ts';

const template = 'global/instanceTemplates';
const lock = 'default\\.tflock';

// Google does the work, and nobody hears of it.
it.each([
  ['a template, whose name is chosen at random', { method: 'POST', path: template, service: 'compute' }],
  ['the lock, when it is taken', { method: 'POST', path: lock, service: 'storage' }],
  ['the lock, when it is given back', { method: 'DELETE', path: lock, service: 'storage' }],
  ['the network', { method: 'POST', path: 'global/networks', service: 'compute' }],
])('create goes on by itself when an answer is lost that is about %s', async (_what, match) => {
  using desk = openDesk();
  const sandbox = await serveSandbox(desk);
  await sandbox.breaks({ match, then: { drop: 'after' }, times: 1 });

  const made = await desk.run(['create', ...small]);
  const gone = await desk.run(['destroy', ...small]);

  expect(made.code, made.text).toBe(0);
  expect(gone.code, gone.text).toBe(0);
  expect(gone.output('destroyed')).toMatchObject({ foundBesideState: 0 });
  expect(await sandbox.left()).toEqual([]);
});
