import { access, constants, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { commandFolder } from './machine-folder.ts';
import { commands } from './commands.generated.ts';

/** Where an image brings the stand-in commands, for folders in which no program may be run. */
const installed = `/${commandFolder}`;

/** Says why nothing of a machine can be run below `dir`: no bash in `path`, no right to run what is there; else nothing. */
export async function whyNoMachines(dir: string, path: string): Promise<string | undefined> {
  const shells = path.split(delimiter).map((folder) => join(folder, 'bash'));
  if (!(await Promise.all(shells.map(mayRun))).includes(true)) return 'there is no bash here';
  if ((await mayRun(join(installed, 'init'))) || (await runsPrograms(dir))) return undefined;
  return `no program may be run in ${dir}; it is mounted noexec`;
}

/** Puts links to the installed commands in the place of those that `folder` holds, if it lies where no program may be run. */
export async function useInstalledCommands(folder: string): Promise<void> {
  if (await mayRun(join(folder, 'init'))) return;
  for (const name of Object.keys(commands)) {
    await rm(join(folder, name));
    await symlink(join(installed, name), join(folder, name));
  }
}

async function runsPrograms(dir: string): Promise<boolean> {
  const file = join(dir, 'machines', `.try-${process.pid}`);
  await mkdir(join(dir, 'machines'), { recursive: true });
  try {
    await writeFile(file, '', { mode: 0o755 });
    return await mayRun(file);
  } finally {
    await rm(file, { force: true });
  }
}

// Where the file system is mounted noexec the answer is no, whatever the mode: https://man7.org/linux/man-pages/man2/access.2.html
async function mayRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
