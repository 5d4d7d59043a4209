import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FrameError } from '../../src/tunnel/frames.ts';
import { createOutbox } from '../../src/tunnel/outbox.ts';

describe('an outbox', () => {
  it('holds exactly the bytes that were sent and not confirmed, in their order', () => {
    const steps = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }).map((bytes) => ({ add: Buffer.from(bytes) })),
        fc.double({ min: 0, max: 1, noNaN: true }).map((share) => ({ confirm: share })),
      ),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const outbox = createOutbox();
        let sent: Buffer = Buffer.alloc(0);
        let confirmed = 0;
        for (const step of all) {
          if ('add' in step) {
            outbox.add(step.add);
            sent = Buffer.concat([sent, step.add]);
          } else {
            confirmed += Math.floor((sent.length - confirmed) * step.confirm);
            outbox.confirm(confirmed);
          }
          expect(Buffer.concat(outbox.waiting())).toEqual(sent.subarray(confirmed));
          expect(outbox.size).toBe(sent.length - confirmed);
        }
      }),
    );
  });

  it.each([
    ['more than was sent', 6],
    ['less than before', 2],
    ['no number', Number.NaN],
  ])('refuses a confirmation of %s', (_, received) => {
    const outbox = createOutbox();
    outbox.add(Buffer.from('hello'));
    outbox.confirm(3);

    expect(() => outbox.confirm(received)).toThrow(FrameError);
  });
});
