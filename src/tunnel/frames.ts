/**
 * What is said on a WebSocket of Google's relay for TCP forwarding, in both directions. There is no specification in
 * public; this is what gcloud (googlecloudsdk/api_lib/compute/iap_tunnel_websocket_utils.py) and IAP Desktop
 * (github.com/GoogleCloudPlatform/iap-desktop, SshRelayFormat.cs) send and read. Numbers are big-endian.
 */
export type Frame =
  /** The connection is new; `sid` names it when it must be taken up again. */
  | { kind: 'connected'; sid: Buffer }
  /** The connection was taken up again; the sender has all of the first `received` bytes. */
  | { kind: 'reconnected'; received: number }
  | { kind: 'data'; bytes: Buffer }
  /** The sender has all of the first `received` bytes. */
  | { kind: 'ack'; received: number };

const tags = { connected: 1, reconnected: 2, data: 4, ack: 7 } as const;

/** The most bytes that one frame carries. */
export const mostInFrame = 16_384;

/** Writes a frame down. */
export function encodeFrame(frame: Frame): Buffer {
  if (frame.kind === 'connected' || frame.kind === 'data') {
    const bytes = frame.kind === 'data' ? frame.bytes : frame.sid;
    const head = Buffer.alloc(6);
    head.writeUInt16BE(tags[frame.kind]);
    head.writeUInt32BE(bytes.length, 2);
    return Buffer.concat([head, bytes]);
  }
  const whole = Buffer.alloc(10);
  whole.writeUInt16BE(tags[frame.kind]);
  whole.writeBigUInt64BE(BigInt(frame.received), 2);
  return whole;
}

/** What the other side sent is no frame. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** Reads frames out of chunks that may begin and end anywhere. */
export interface FrameReader {
  /** The frames that are complete with `chunk`. Throws a FrameError; the reader is of no use after that. */
  push(chunk: Buffer): Frame[];
}

/** A reader for one WebSocket. A frame with an unknown tag has an unknown length: the rest of its chunk is passed over. */
export function createFrameReader(): FrameReader {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const frames: Frame[] = [];
      while (rest.length >= 2) {
        const tag = rest.readUInt16BE();
        const length = lengthOf(tag, rest);
        if (length === 'unknown') rest = rest.subarray(rest.length);
        if (typeof length !== 'number' || rest.length < length) break;
        frames.push(frameOf(tag, rest.subarray(0, length)));
        rest = rest.subarray(length);
      }
      return frames;
    },
  };
}

// The whole length of the frame at the beginning of `bytes`, as far as it can be told by now.
function lengthOf(tag: number, bytes: Buffer): number | 'later' | 'unknown' {
  if (tag === tags.ack || tag === tags.reconnected) return 10;
  if (tag !== tags.data && tag !== tags.connected) return 'unknown';
  if (bytes.length < 6) return 'later';
  const size = bytes.readUInt32BE(2);
  if (size > mostInFrame) throw new FrameError(`a frame of ${size} bytes is longer than ${mostInFrame}`);
  return 6 + size;
}

function frameOf(tag: number, bytes: Buffer): Frame {
  switch (tag) {
    case tags.data:
      return { kind: 'data', bytes: bytes.subarray(6) };
    case tags.connected:
      return { kind: 'connected', sid: bytes.subarray(6) };
    case tags.ack:
      return { kind: 'ack', received: count(bytes) };
    default:
      return { kind: 'reconnected', received: count(bytes) };
  }
}

function count(bytes: Buffer): number {
  const value = Number(bytes.readBigUInt64BE(2));
  if (!Number.isSafeInteger(value)) throw new FrameError(`${value} bytes cannot have been received`);
  return value;
}
