import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

import { wallClock } from '../core/clock.ts';
import { openRelay } from './relay.ts';
import type { RelayTarget } from './relay.ts';

/** A port of a machine, with every way to it. */
export interface Destination extends RelayTarget {
  /** The machine's external address, if it has one. */
  address: string | undefined;
}

// Milliseconds. Where a firewall rule is in the straight way there is no answer at all: then it has some time for itself,
// and some more beside the relay.
const headStart = 1_500;
const patience = 10_000;

/**
 * A connection to a machine's port: straight to its external address, else through the relay. Which networks a firewall
 * rule lets in cannot be told from here, so both are tried, the straight one first. Throws what the relay said.
 */
export async function openWay(target: Destination): Promise<Duplex> {
  if (target.address === undefined) return openRelay(target);
  const clock = target.clock ?? wallClock;
  const over = new AbortController();
  const straight = connectTo(target.address, target.port, over.signal);
  clock.sleep(patience, over.signal).then(
    () => over.abort(),
    () => undefined,
  );
  try {
    const early = await Promise.race([straight.catch(() => undefined), clock.sleep(headStart, over.signal)]);
    if (early) return early;
    const relayed = openRelay(target);
    const first = await Promise.any([straight, relayed]).catch(() => relayed);
    // The other one may still come.
    relayed.then((other) => other !== first && other.destroy()).catch(() => undefined);
    return first;
  } finally {
    over.abort();
  }
}

async function connectTo(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, keepAlive: true });
  const giveUp = (): void => void socket.destroy(new Error(`${host}:${port} does not answer`));
  signal.addEventListener('abort', giveUp);
  try {
    await once(socket, 'connect');
    return socket;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
