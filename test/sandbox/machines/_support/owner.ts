// A process that owns a sandbox with one busy machine, to be killed: prints its folder when the machine is on.
import { poll } from '../../../../src/core/poll.ts';
import { startCloud } from '../../../guest/_support/cloud.ts';

const cloud = await startCloud({ roots: process.argv[2] === 'plain' ? 'plain' : 'best' });
cloud.put('vm-1', { 'startup-script': 'echo busy; sleep 1000 & sleep 1000' });
await poll(async () => cloud.serial('vm-1').includes('busy') || undefined, { every: 20, timeout: 30_000 });
console.log(cloud.dir);
