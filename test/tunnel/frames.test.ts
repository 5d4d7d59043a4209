import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createFrameReader, encodeFrame, FrameError, mostInFrame } from '../../src/tunnel/frames.ts';
import type { Frame } from '../../src/tunnel/frames.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const received = fc.maxSafeNat();
const frame: fc.Arbitrary<Frame> = fc.oneof(
  bytes.map((sid): Frame => ({ kind: 'connected', sid })),
  bytes.map((data): Frame => ({ kind: 'data', bytes: data })),
  received.map((count): Frame => ({ kind: 'reconnected', received: count })),
  received.map((count): Frame => ({ kind: 'ack', received: count })),
);

describe('frames of the relay', () => {
  // As gcloud's own functions pack them: struct.pack('>HI%ds') and struct.pack('>HQ').
  it.each<[string, Frame, string]>([
    ['connected', { kind: 'connected', sid: Buffer.from('sid') }, '000100000003736964'],
    ['reconnected', { kind: 'reconnected', received: 258 }, '00020000000000000102'],
    ['data', { kind: 'data', bytes: Buffer.from('hello') }, '00040000000568656c6c6f'],
    ['ack', { kind: 'ack', received: 2 ** 40 }, '00070000010000000000'],
  ])('%s', (_, one, hex) => {
    expect(encodeFrame(one).toString('hex')).toBe(hex);
  });

  it('are read as they were written, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.nat()), (frames, cuts) => {
        const stream = Buffer.concat(frames.map(encodeFrame));
        const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
        const reader = createFrameReader();

        const read = places.slice(1).flatMap((end, index) => reader.push(stream.subarray(places[index], end)));

        expect(read).toEqual(frames);
      }),
    );
  });

  it('are not held back: each is there with its last byte', () => {
    fc.assert(
      fc.property(frame, (one) => {
        const whole = encodeFrame(one);
        const reader = createFrameReader();

        const before = reader.push(whole.subarray(0, -1));

        expect(before).toEqual([]);
        expect(reader.push(whole.subarray(-1))).toEqual([one]);
      }),
    );
  });

  it('of an unknown tag are passed over with the rest of their message, as gcloud does', () => {
    const reader = createFrameReader();
    const ack: Frame = { kind: 'ack', received: 1 };

    const read = reader.push(Buffer.concat([encodeFrame(ack), Buffer.from([0, 10, 1, 2, 3])]));

    expect(read).toEqual([ack]);
    expect(reader.push(encodeFrame(ack))).toEqual([ack]);
  });

  it.each([
    ['longer than the protocol allows', Buffer.from([0, 4, 0, 0, 0x40, 1])],
    ['with a count that no connection can have', Buffer.from([0, 7, 255, 255, 255, 255, 255, 255, 255, 255])],
  ])('%s are refused', (_, chunk) => {
    expect(() => createFrameReader().push(chunk)).toThrow(FrameError);
  });

  it('never make the reader throw anything else, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (chunks) => {
        expect(readAll(chunks)).toBe('read, or refused as no frame');
      }),
    );
  });
});

function readAll(chunks: readonly Uint8Array[]): string {
  const reader = createFrameReader();
  const fine = 'read, or refused as no frame';
  try {
    const frames = chunks.flatMap((chunk) => reader.push(Buffer.from(chunk)));
    return frames.every((one) => one.kind !== 'data' || one.bytes.length <= mostInFrame) ? fine : 'too long';
  } catch (error) {
    return error instanceof FrameError ? fine : String(error);
  }
}
