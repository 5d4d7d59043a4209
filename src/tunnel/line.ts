import type { IncomingMessage } from 'node:http';
import https from 'node:https';

import { WebSocket } from 'ws';

import { createFrameReader, encodeFrame } from './frames.ts';
import type { Frame } from './frames.ts';

/** One WebSocket to the relay; a connection outlives many of them. */
export interface Line {
  /** `sent` is called when the frame has left for the network, or the line has broken. */
  send(frame: Frame, sent?: () => void): void;
  /** Takes no more frames until `resume`. */
  pause(): void;
  resume(): void;
  /** Says goodbye. */
  close(): void;
  /** Cuts the line without a word; nothing is heard of it afterwards. */
  drop(): void;
}

/** Who listens on a line. */
export interface Listener {
  frame(frame: Frame): void;
  /** Called once, when the line is over. */
  over(end: LineEnd): void;
}

/** How a line ended: a WebSocket's close code (1006: it broke), or the HTTP status with which it was refused. */
export interface LineEnd {
  code: number;
  reason: string;
}

/** What identifies us; IAP asks for both: the name of its protocol, and an origin that no web page can have. */
const protocol = 'relay.tunnel.cloudproxy.app';
const origin = 'bot:iap-tunneler';

// Milliseconds for the whole way to the relay, proxies included.
const patience = 30_000;

/** Opens a line to `url` (ws, or wss, through proxies as all our requests). Throws nothing. */
export function openLine(url: string, token: string, listener: Listener): Line {
  const reader = createFrameReader();
  let deaf = false;
  let failure: LineEnd | undefined;
  const socket = new WebSocket(url, protocol, {
    origin,
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'cluster-provision' },
    perMessageDeflate: false,
    handshakeTimeout: patience,
    // ws would go its own way; the agent of all requests knows the proxies (core/proxies.ts).
    ...(url.startsWith('wss:') ? { agent: https.globalAgent } : {}),
  });
  socket.on('upgrade', ({ socket: connection }: IncomingMessage) => {
    connection.setNoDelay(true);
    connection.setKeepAlive(true, 30_000);
  });
  socket.on('unexpected-response', (request, response: IncomingMessage) => {
    failure = { code: response.statusCode ?? 0, reason: response.statusMessage ?? '' };
    request.destroy();
    // ws leaves the end of such a request to its listener.
    socket.terminate();
  });
  socket.on('error', (error) => (failure ??= { code: 1006, reason: error.message }));
  socket.on('close', (code, reason) => {
    if (!deaf) listener.over(failure ?? { code, reason: reason.toString() });
    deaf = true;
  });
  socket.on('message', (message: Buffer) => {
    if (deaf) return;
    try {
      for (const frame of reader.push(message)) listener.frame(frame);
    } catch (error) {
      failure = { code: 4008, reason: (error as Error).message };
      socket.terminate();
    }
  });
  return {
    send(frame, sent) {
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeFrame(frame), () => sent?.());
      else sent?.();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.close(1000),
    drop() {
      deaf = true;
      socket.terminate();
    },
  };
}
