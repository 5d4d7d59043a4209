import { table } from '../core/table.ts';
import type { GroupFailure } from '../google/compute-machines.ts';
import type { MachineState } from './machine-state.ts';

// Above this many, a live block would scroll the terminal away: the machines are counted instead.
const mostLines = 16;

/** The machines as lines for people: each one while they are few; the late and the failed ones first when they are many. */
export function machineLines(machines: readonly MachineState[], width: number | undefined): string[] {
  const order = { failed: 0, silent: 1, running: 2, ready: 3 };
  const shown =
    machines.length <= mostLines
      ? machines
      : [...machines].sort((a, b) => order[a.state] - order[b.state]).slice(0, mostLines - 1);
  const rows = shown.map((machine) => [
    `     ${machine.name}`,
    machine.status,
    machine.refusal ? 'refused' : machine.state === 'silent' ? 'starting' : machine.state,
    machine.duty,
    detail(machine),
  ]);
  const hidden = machines.length - shown.length;
  return [...table(rows, width), ...(hidden > 0 ? [`     and ${hidden} more`] : [])];
}

/** `QUOTA_EXCEEDED: Quota 'CPUS' exceeded. …`, each reason once. */
export function refusedLine(refused: readonly GroupFailure[]): string {
  return [...new Set(refused.map(({ code, message }) => `${code}: ${message.split('\n', 1)[0] ?? ''}`))].join('; ');
}

function detail({ duties, duty, state, refusal }: MachineState): string {
  if (refusal) return refusal.code;
  if (state === 'ready') return duties['files']?.detail ?? '';
  return duties[duty]?.detail ?? '';
}
