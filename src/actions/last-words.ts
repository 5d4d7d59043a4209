import type { Report } from '../core/report.ts';
import type { MachineState } from '../deployment/machine-state.ts';

// So many machines are quoted; the others ended alike as a rule, and `logs` has them all.
const mostMachines = 3;

/** Shows what the duty that each machine is at, or that `named` names, said last; of the first three machines that said anything. */
export function showLastWords(report: Report, machines: readonly MachineState[], named?: string): void {
  const spoken = machines.flatMap(({ name, duty, duties }) => {
    const tail = duties[named ?? duty]?.tail.trimEnd() ?? '';
    return tail === '' ? [] : [{ machine: name, duty: named ?? duty, tail }];
  });
  for (const words of spoken.slice(0, mostMachines)) {
    report.output('last words', words, [
      `the last words of ${words.duty} on ${words.machine}:`,
      ...words.tail.split('\n').map((line) => `  ${line}`),
    ]);
  }
}
