import { Duplex } from 'node:stream';

import { wallClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { FrameError, mostInFrame } from './frames.ts';
import type { Frame } from './frames.ts';
import { openLine } from './line.ts';
import type { Line, LineEnd } from './line.ts';
import { createOutbox } from './outbox.ts';

/** A port of a machine, and the relay that leads to it. Times in milliseconds. */
export interface RelayTarget {
  /** Where the relay is: `https://tunnel.cloudproxy.app`. */
  base: string;
  /** An access token that is good now; asked for before each WebSocket. */
  token(): Promise<string>;
  project: string;
  zone: string;
  machine: string;
  port: number;
  /** Told when the connection is lost and when it is there again. */
  onNote?: ((text: string) => void) | undefined;
  clock?: Clock;
  /** How long a lost connection is tried to be taken up again (default 15 minutes, as gcloud does). */
  patience?: number;
}

/** The relay would not connect us, or not again: a close code of its own (4003 …), of WebSocket (1006), or an HTTP status. */
export class RelayRefused extends Error {
  override readonly name = 'RelayRefused';
  readonly code: number;

  constructor({ code, reason }: LineEnd) {
    super(reason === '' ? `the relay closed the connection with ${code}` : reason);
    this.code = code;
  }
}

// The machine has ended the connection, not the relay: https://github.com/GoogleCloudPlatform/iap-desktop/blob/master/sources/Google.Solutions.Iap/Protocol/SshRelaySession.cs
const endedByMachine = new Set([1000, 4009, 4010]);
// Our token has run out; the relay has not noticed yet that the WebSocket before is gone. A new one will do.
const passing = new Set([4002, 4004]);
// Waiting frames that hold the writer up: gcloud and IAP Desktop have no limit, but memory has.
const mostWaiting = 8 * 1024 * 1024;
// Bytes that may go without being acknowledged, and for how long: as gcloud does.
const mostOwed = 2 * mostInFrame;
const ackAfter = 2_000;
// Milliseconds that the relay has to reach the machine, as gcloud gives it.
const firstWord = 60_000;
// Time for the last bytes to be acknowledged when the writer has ended.
const lastWords = 10_000;
const longestPause = 20_000;

/**
 * Connects to a machine's port through Identity-Aware Proxy, which needs no external address and no open firewall but for
 * 35.235.240.0/20. What is written arrives once and in order, although WebSockets break: the stream takes the connection
 * up again where it was. There is no half-closing: the end of the writing side ends both, once everything has arrived.
 * Throws RelayRefused; the stream is destroyed with one when a lost connection is not to be had again.
 */
export function openRelay(target: RelayTarget): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const clock = target.clock ?? wallClock;
  const outbox = createOutbox();
  const stop = new AbortController();
  // The line that is being opened or used, and the same once it can be used.
  let dialled: Line | undefined;
  let line: Line | undefined;
  let sid: Buffer | undefined;
  let received = 0;
  let acknowledged = 0;
  let ackTimer: NodeJS.Timeout | undefined;
  // Who waits for room in the outbox, or for its end.
  let whenRoom: (() => void) | undefined;
  let whenEmpty: (() => void) | undefined;
  // The machine has ended the connection: what is written now goes nowhere.
  let over = false;

  const stream = new Duplex({
    read: () => line?.resume(),
    write(chunk: Buffer, _encoding, done) {
      if (over) return done();
      let last: Frame | undefined;
      for (let at = 0; at < chunk.length; at += mostInFrame) {
        if (last) line?.send(last);
        last = { kind: 'data', bytes: chunk.subarray(at, at + mostInFrame) };
        outbox.add(last.bytes);
      }
      const proceed = (): void => {
        if (outbox.size < mostWaiting || over) done();
        else whenRoom = done;
      };
      if (line && last) line.send(last, proceed);
      else proceed();
    },
    final(done) {
      if (outbox.size === 0 || over) return goodbye(done);
      const timer = setTimeout(() => goodbye(done), lastWords);
      whenEmpty = () => {
        clearTimeout(timer);
        goodbye(done);
      };
    },
    destroy(error, done) {
      stop.abort();
      clearTimeout(ackTimer);
      dialled?.drop();
      reject(error ?? new RelayRefused({ code: 1000, reason: 'the connection was given up' }));
      done(error);
    },
  });

  function goodbye(done: () => void): void {
    whenEmpty = undefined;
    if (line) line.close();
    else hangUp();
    done();
  }

  function hangUp(): void {
    if (over) return;
    over = true;
    stop.abort();
    dialled?.drop();
    whenEmpty?.();
    whenRoom?.();
    stream.push(null);
  }

  // Answers how the line ended before it could be used, or nothing when it can.
  async function dial(url: string): Promise<LineEnd | undefined> {
    const token = await target.token();
    const told = received;
    return new Promise((settled) => {
      let open = false;
      const timer = setTimeout(() => {
        own.drop();
        settled({ code: 1006, reason: 'the relay does not answer' });
      }, firstWord);
      const own = openLine(url, token, {
        frame(frame) {
          if (open) return hear(frame, own);
          clearTimeout(timer);
          if (frame.kind !== (sid ? 'reconnected' : 'connected')) {
            throw new FrameError(`the relay began with ${frame.kind}`);
          }
          if (frame.kind === 'connected') sid = Buffer.from(frame.sid);
          if (frame.kind === 'reconnected') confirm(frame.received);
          acknowledged = told;
          for (const bytes of outbox.waiting()) own.send({ kind: 'data', bytes });
          open = true;
          line = own;
          settled(undefined);
        },
        over(end) {
          clearTimeout(timer);
          if (!open) return settled(end);
          line = undefined;
          ended(end);
        },
      });
      dialled = own;
    });
  }

  function hear(frame: Frame, from: Line): void {
    if (frame.kind === 'ack') return confirm(frame.received);
    if (frame.kind !== 'data') throw new FrameError(`the relay sent ${frame.kind} in the middle of a connection`);
    received += frame.bytes.length;
    if (!stream.push(frame.bytes)) from.pause();
    if (received - acknowledged > mostOwed) acknowledge();
    else ackTimer ??= setTimeout(acknowledge, ackAfter).unref();
  }

  function acknowledge(): void {
    clearTimeout(ackTimer);
    ackTimer = undefined;
    if (!line || received === acknowledged) return;
    line.send({ kind: 'ack', received });
    acknowledged = received;
  }

  function confirm(count: number): void {
    outbox.confirm(count);
    const room = whenRoom;
    if (room && outbox.size < mostWaiting) {
      whenRoom = undefined;
      room();
    }
    if (outbox.size === 0) whenEmpty?.();
  }

  function ended(end: LineEnd): void {
    if (stream.destroyed) return;
    if (endedByMachine.has(end.code) || stream.writableFinished) {
      hangUp();
    } else if (isFinal(end)) {
      stream.destroy(new RelayRefused(end));
    } else {
      takeUp(end).catch((error: unknown) => {
        if (!over) stream.destroy(error as Error);
      });
    }
  }

  async function takeUp(first: LineEnd): Promise<void> {
    target.onNote?.(`the connection to ${target.machine} is lost (${first.reason || first.code}); taking it up again`);
    const deadline = clock.now() + (target.patience ?? 15 * 60_000);
    for (let pause = 50; ; pause = Math.min(pause * 2, longestPause)) {
      // Where there is no network there is no new token, either.
      const end = await dial(reconnectUrl(target, sid ?? Buffer.alloc(0), received)).catch((error: unknown) => ({
        ...{ code: 1006, reason: (error as Error).message },
      }));
      if (stop.signal.aborted) return;
      if (end === undefined) {
        target.onNote?.(`the connection to ${target.machine} is there again`);
        return;
      }
      if (isFinal(end) || clock.now() + pause > deadline) throw new RelayRefused(end);
      await clock.sleep(pause, stop.signal);
    }
  }

  // Until somebody has the stream, its failure is the answer and no unhandled event.
  stream.on('error', reject);
  dial(connectUrl(target)).then(
    (end) => (end === undefined ? resolve(stream) : stream.destroy(new RelayRefused(end))),
    (error: unknown) => stream.destroy(error as Error),
  );
  return promise;
}

// A code of the relay's own is its last word; what broke on the way, or was refused by something in between, may pass.
function isFinal({ code }: LineEnd): boolean {
  if (code >= 4000) return !passing.has(code);
  return code >= 400 && code < 500;
}

function connectUrl({ base, project, zone, machine, port }: RelayTarget): string {
  const query = new URLSearchParams({
    project,
    port: String(port),
    newWebsocket: 'True',
    zone,
    instance: machine,
    // The first interface is the one that every machine has.
    interface: 'nic0',
  });
  return `${base.replace(/^http/, 'ws')}/v4/connect?${query.toString()}`;
}

function reconnectUrl({ base, zone }: RelayTarget, sid: Buffer, received: number): string {
  const query = new URLSearchParams({ ack: String(received), newWebsocket: 'True', zone });
  // The relay's own bytes, whatever they are.
  const escaped = Array.from(sid, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return `${base.replace(/^http/, 'ws')}/v4/reconnect?sid=${escaped}&${query.toString()}`;
}
