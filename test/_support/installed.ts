import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Tells whether a program is on the PATH, or where system services are. */
export function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}
