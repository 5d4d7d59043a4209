import { readdir, readlink, readFile } from 'node:fs/promises';

/**
 * Ends what a run that was killed has left running in its work directory: its Terraform goes on without it, and would change what
 * another run is changing. Answers how many there were; 0 where there is no /proc to look at.
 */
export async function endStragglers(directory: string): Promise<number> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  const ended = await Promise.all(pids.map((pid) => endIfIn(pid, directory)));
  return ended.filter(Boolean).length;
}

async function endIfIn(pid: number, directory: string): Promise<boolean> {
  try {
    // Other people's processes cannot be looked at, and are none of ours.
    if ((await readlink(`/proc/${pid}/cwd`)) !== directory) return false;
    const name = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
    if (!/^(?:terraform|tofu)/.test(name)) return false;
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
