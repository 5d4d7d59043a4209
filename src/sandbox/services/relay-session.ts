import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';

import type { WebSocket } from 'ws';

import { createFrameReader, encodeFrame, FrameError, mostInFrame } from '../../tunnel/frames.ts';
import type { Frame } from '../../tunnel/frames.ts';
import { createOutbox } from '../../tunnel/outbox.ts';

/** Close codes of the relay. https://github.com/GoogleCloudPlatform/iap-desktop/blob/master/sources/Google.Solutions.Iap/Protocol/SshRelayConstants.cs */
export const closeCodes = {
  unknownSession: 4001,
  sessionInUse: 4002,
  notConnected: 4003,
  badAck: 4005,
  invalidData: 4013,
  machineEnded: 4010,
  notAuthorized: 4033,
  notFound: 4047,
} as const;

/** A connection to a machine's port that outlives the WebSockets on which a client speaks to it. */
export interface RelaySession {
  sid: string;
  /** Whose it is; nobody else may take it up. */
  principal: string;
  /** Begins on its first WebSocket, or goes on another one whose client has `received` bytes. */
  serve(socket: WebSocket, options: { received?: number | undefined; cutAfter?: number | undefined }): void;
  close(): void;
}

// Bytes on their way to the client, and to the machine, above which the other side is not read.
const mostWaiting = 1024 * 1024;
const mostOwed = 2 * mostInFrame;
// Milliseconds: an acknowledgement waits for more bytes, a session for its client.
const ackAfter = 50;
const memory = 60_000;

/** A session over `port`, an open connection to a machine; `onEnd` is called when it is over. */
export function createRelaySession(port: Duplex, principal: string, onEnd: () => void): RelaySession {
  const outbox = createOutbox();
  const sid = randomBytes(12).toString('base64url');
  let socket: WebSocket | undefined;
  let received = 0;
  let delivered = 0;
  let acknowledged = 0;
  let ackTimer: NodeJS.Timeout | undefined;
  let forget: NodeJS.Timeout | undefined;
  let portEnded = false;

  port.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += mostInFrame) {
      const bytes = chunk.subarray(at, at + mostInFrame);
      outbox.add(bytes);
      send({ kind: 'data', bytes });
    }
    if (outbox.size > mostWaiting) port.pause();
  });
  port.on('error', () => port.destroy());
  port.on('close', () => {
    portEnded = true;
    sayEnd();
  });

  function send(frame: Frame): void {
    if (socket?.readyState === socket?.OPEN) socket?.send(encodeFrame(frame));
  }

  // The client gets all that the machine has said, on another WebSocket if need be, and then the end.
  function sayEnd(): void {
    if (!portEnded || socket === undefined) return;
    acknowledge();
    socket.close(closeCodes.machineEnded, 'destination read failed');
  }

  function acknowledge(): void {
    clearTimeout(ackTimer);
    ackTimer = undefined;
    if (delivered <= acknowledged) return;
    send({ kind: 'ack', received: delivered });
    acknowledged = delivered;
  }

  function hear(frame: Frame): void {
    if (frame.kind === 'ack') {
      outbox.confirm(frame.received);
      if (outbox.size <= mostWaiting) port.resume();
    } else if (frame.kind === 'data') {
      received += frame.bytes.length;
      // The WebSocket is read on while the machine is slow: what the client acknowledges comes on it, too. The client
      // waits instead, for our acknowledgement.
      port.write(frame.bytes, () => {
        delivered += frame.bytes.length;
        if (delivered - acknowledged > mostOwed) acknowledge();
        else ackTimer ??= setTimeout(acknowledge, ackAfter);
      });
    } else {
      throw new FrameError(`the client sent ${frame.kind}`);
    }
  }

  function close(): void {
    clearTimeout(ackTimer);
    clearTimeout(forget);
    port.destroy();
    onEnd();
  }

  return {
    sid,
    principal,
    close,
    serve(next, { received: atClient, cutAfter }) {
      if (socket) return next.close(closeCodes.sessionInUse, 'session in use');
      const reader = createFrameReader();
      try {
        if (atClient !== undefined) outbox.confirm(atClient);
      } catch {
        return next.close(closeCodes.badAck, 'bad ack');
      }
      clearTimeout(forget);
      socket = cutAfter === undefined ? next : breaking(next, cutAfter);
      acknowledged = received;
      next.on('message', (message: Buffer) => {
        try {
          for (const frame of reader.push(message)) hear(frame);
        } catch {
          next.close(closeCodes.invalidData, 'invalid data');
        }
      });
      next.on('close', (code) => {
        socket = undefined;
        // A client that says goodbye does not come back; one whose WebSocket broke does.
        if (code === 1006) forget = setTimeout(close, memory);
        else port.end(close);
      });
      if (atClient === undefined) send({ kind: 'connected', sid: Buffer.from(sid) });
      else send({ kind: 'reconnected', received });
      for (const bytes of outbox.waiting()) send({ kind: 'data', bytes });
      if (outbox.size <= mostWaiting) port.resume();
      sayEnd();
    },
  };
}

// The same WebSocket, cut without a word when so many bytes were sent on it.
function breaking(socket: WebSocket, bytes: number): WebSocket {
  const send = socket.send.bind(socket) as (data: Buffer) => void;
  let left = bytes;
  socket.send = (data: Buffer) => {
    left -= data.length;
    if (left >= 0) send(data);
    else socket.terminate();
  };
  return socket;
}
