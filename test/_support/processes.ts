import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Ends whatever works in `directory` or below it, at once, as when its host goes away. */
export function killIn(directory: string): void {
  for (const pid of processes()) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`).startsWith(directory)) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
}

/** A child of a process; `undefined` = it has none. */
export function childOf(parent: number): number | undefined {
  return processes().find((pid) => parentOf(pid) === parent);
}

// What follows the name, which may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
function parentOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined;
  }
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
