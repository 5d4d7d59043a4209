import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The file that `name` would run, by `path` (the text of PATH); relative folders are passed over. */
export async function onPath(name: string, path: string): Promise<string | undefined> {
  for (const directory of path.split(delimiter)) {
    if (!directory.startsWith('/')) continue;
    const file = join(directory, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Tells whether `file` is a file that we may run. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
