import { expect, it } from 'vitest';

import { openDesk, small } from '../_support/program.ts';

it('a terminal that does not know its size shows what is going on, hears Ctrl-C, and has its cursor back', async () => {
  using desk = openDesk();
  const running = desk.startOnTerminal(['create', ...small]);
  await running.says('create in us-central1-a');

  running.signal('SIGINT');
  const ended = await running.ended;

  expect([75, 130], ended.text).toContain(ended.code);
  expect(ended.text).toContain('stopping in good order');
  expect(ended.text.trimEnd().endsWith('\u001B[?25h')).toBe(true);
});
