import { describe, expect, it } from 'vitest';

import { isFault } from '../../src/core/faults.ts';
import { readVerdict } from '../../src/login/verdict.ts';

describe('why ssh was not let in', () => {
  it('is what the tunnel says, as the fault it is', () => {
    const event = { event: 'fault', text: 'PORT_CLOSED', exit: 33, message: 'nothing answers', next: 'wait' };
    const tunnelLog = ['{"event":"note","text":"hello"}', JSON.stringify(event), '{"event":"result"}', 'not JSON'];

    const verdict = readVerdict({ log: ['Connection closed by UNKNOWN port 65535'], tunnelLog });

    expect(verdict).toMatchObject({ kind: 'fault', fault: { code: 'PORT_CLOSED', exit: 33, fix: 'wait' } });
    expect(verdict.kind === 'fault' && isFault(verdict.fault)).toBe(true);
  });

  it.each([
    ['refused', ['me@compute.1: Permission denied (publickey).']],
    ['wrong-host', ['No ED25519 host key is known for compute.1', 'Host key verification failed.']],
    ['unknown', ['ssh_dispatch_run_fatal: Connection to UNKNOWN port 65535: message authentication code incorrect']],
    ['unknown', []],
  ])('%s, from what ssh says', (kind, log) => {
    expect(readVerdict({ log, tunnelLog: [] })).toMatchObject({ kind });
  });

  it('is no fault that a tunnel of another version makes up', () => {
    const tunnelLog = ['{"event":"fault","text":"toString","message":"","next":""}'];

    expect(readVerdict({ log: [], tunnelLog })).toMatchObject({ kind: 'unknown' });
  });
});
