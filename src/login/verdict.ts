import * as z from 'zod';

import { catalogue } from '../core/catalogue.ts';
import { Fault } from '../core/faults.ts';
import type { FaultCode } from '../core/faults.ts';
import type { SshEnd } from './ssh.ts';

/** Why ssh was not let in. */
export type Verdict =
  /** The tunnel has failed, and says itself why. */
  | { kind: 'fault'; fault: Fault }
  /** The key is nobody's on the machine: not yet, or for want of a permission. */
  | { kind: 'refused' }
  | { kind: 'wrong-host' }
  | { kind: 'unknown'; reason: string };

const FaultEvent = z.object({
  event: z.literal('fault'),
  text: z.custom<FaultCode>((code) => typeof code === 'string' && Object.hasOwn(catalogue, code)),
  message: z.string(),
  next: z.string(),
  google: z.string().optional(),
  details: z.unknown().optional(),
});

/** Reads from the logs of a run of ssh that was not let in why it was not. */
export function readVerdict({ log, tunnelLog }: Pick<SshEnd, 'log' | 'tunnelLog'>): Verdict {
  for (const line of tunnelLog.toReversed()) {
    const event = FaultEvent.safeParse(json(line)).data;
    if (!event) continue;
    const { text: code, message, next, google, details } = event;
    const context = { ...(google === undefined ? {} : { google }), ...(details === undefined ? {} : { details }) };
    return { kind: 'fault', fault: new Fault(code, message, next, context) };
  }
  const text = log.join('\n');
  if (/Host key verification failed/.test(text)) return { kind: 'wrong-host' };
  if (/: Permission denied \(|Too many authentication failures/.test(text)) return { kind: 'refused' };
  // What a tunnel says that is not ours to read (it could not even be started) is the nearest to a reason.
  return { kind: 'unknown', reason: tunnelLog.at(-1) ?? log.at(-1) ?? 'it did not say why' };
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
