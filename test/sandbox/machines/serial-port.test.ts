import { expect, it } from 'vitest';

import { wallClock } from '../../../src/core/clock.ts';
import { openSerialConsole } from '../../../src/sandbox/machines/serial-port.ts';
import type { SerialPort } from '../../../src/sandbox/machines/serial-port.ts';
import { createStore } from '../../../src/sandbox/store.ts';

it.each(['first line\n', 'first line!\n'])('keeps the newest MiB, and says how much came before it', (first) => {
  const store = createStore(Date.now);
  const serial = openSerialConsole(store, wallClock, 'vm');

  serial.write(first);
  serial.flush();
  for (let index = 0; index < 3; index += 1) serial.write(`${'é'.repeat(262_143)}\n`);
  serial.write('last line\n');
  serial.flush();

  const { contents, start } = store.get<SerialPort>('serialPorts', 'vm') ?? { contents: '', start: 0 };
  expect(contents.endsWith('\nlast line\n')).toBe(true);
  expect(Buffer.byteLength(contents)).toBeLessThanOrEqual(1_048_576);
  expect(start + Buffer.byteLength(contents)).toBe(first.length + 3 * 524_287 + 10);
  expect(contents).not.toContain('\ufffd');
});

it('writes the lines of a moment down together', async () => {
  const store = createStore(Date.now);
  let puts = 0;
  store.watch('serialPorts', () => (puts += 1));
  const serial = openSerialConsole(store, wallClock, 'vm');

  for (let index = 0; index < 100; index += 1) serial.write(`line ${index}\n`);
  await wallClock.sleep(400);

  expect(puts).toBe(1);
  expect(store.get<SerialPort>('serialPorts', 'vm')?.contents.split('\n')).toHaveLength(101);
});
