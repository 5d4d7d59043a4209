import { describe, expect, it } from 'vitest';

import { createRedactor } from '../../src/core/redact.ts';
import { secretTexts } from '../../src/options/secrets.ts';
import { canaries, credentials, environment, sung } from '../_support/canaries.ts';
import { created } from '../options/given.ts';

const { METADATA, STARTUP_COMMAND } = environment;

function redactor(): ReturnType<typeof createRedactor> {
  const made = createRedactor();
  for (const secret of secretTexts(created({ METADATA, STARTUP_COMMAND }), environment)) made.add(secret);
  return made;
}

const forms: [form: string, write: (text: string) => string][] = [
  ['as it is', (text) => text],
  ['in JSON', (text) => JSON.stringify({ message: text })],
  ['in JSON within JSON', (text) => JSON.stringify({ line: JSON.stringify({ message: text }) })],
  ['in a frame, line by line', (text) => text.replaceAll(/^/gm, '│ ')],
];

describe.each(Object.entries(canaries))('%s', (_, { text, mark }) => {
  it.each(forms)('is cut out %s', (__, write) => {
    const { clean, lines } = redactor();
    const leaked = `before ${write(text)} after`;

    const byLine = leaked.split('\n').map(lines()).join('\n');

    expect(leaked).toContain(mark);
    expect([clean(leaked), byLine].filter((cleaned) => cleaned.includes(mark))).toEqual([]);
    expect(clean(leaked)).toContain('[secret]');
  });
});

it('cuts credentials out although nobody named them', () => {
  const { clean } = createRedactor();

  expect(Object.values(credentials).flatMap(({ text }) => sung(clean(text)))).toEqual([]);
});

it('cuts out a secret that Go has written, or that stands in an address', () => {
  const { add, clean } = createRedactor();
  add('a<b>&c"d e');

  expect(clean('{"m":"a\\u003cb\\u003e\\u0026c\\"d e"}')).toBe('{"m":"[secret]"}');
  expect(clean('/o?name=a%3Cb%3E%26c%22d%20e')).toBe('/o?name=[secret]');
});

it('leaves nothing of a secret that begins with another one', () => {
  const { add, clean } = createRedactor();
  add('hunter2');
  add('hunter2-and-more');

  expect(clean('x hunter2-and-more y')).toBe('x [secret] y');
});

it.each([
  'gs://bucket/path@x',
  'http://127.0.0.1:8080/a@b',
  'trainer@elsewhere.iam.gserviceaccount.com',
  'the bearer of this',
  'sha256:0123456789abcdef@x',
  'key1 = "1//2"',
])('leaves %s alone', (text) => {
  expect(createRedactor().clean(text)).toBe(text);
});

it.each(['ya29.', ':a', '//:', '"access_token":"\\', 'eyJ', '-----BEGIN PRIVATE KEY-----', 'http://a:b', '1//0', '@'])(
  'needs no second for a long text of %s',
  (piece) => {
    const { clean, lines } = redactor();
    const text = piece.repeat(200_000 / piece.length);
    const began = performance.now();

    clean(text);
    lines()(text);

    expect(performance.now() - began).toBeLessThan(1_000);
  },
);
