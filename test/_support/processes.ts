import { readdirSync, readlinkSync } from 'node:fs';

/** Ends whatever works in `directory` or below it, at once, as when its host goes away. */
export function killIn(directory: string): void {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`).startsWith(directory)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
}
