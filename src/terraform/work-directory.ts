import { randomBytes } from 'node:crypto';
import { open, rm, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { fail } from '../core/faults.ts';
import { writeAtomically } from './atomic-file.ts';
import { cacheDirectory, makePrivateDirectory } from './cache.ts';
import { terraformJson } from './json-text.ts';
import { withoutTemplates } from './template-marks.ts';

/** Free space that a work directory must have, in bytes. */
const leastFree = 512 * 1024 * 1024;

// Not terraform's default name: `init` takes a file of that name for the state of an older configuration, and empties it.
/** File for the state of a deployment that keeps it here and not in a bucket. */
export const localState = 'local.tfstate';

/** Where terraform runs for one deployment: its configuration, its plan, its log. */
export interface WorkDirectory {
  /** Absolute path, mode 0700. */
  path: string;
  /** Absolute path of a file in it. */
  file(name: string): string;
  /** Writes the configuration and its variables; the files of an earlier stack are replaced. */
  writeStack(stack: { configuration: object; variables: Readonly<Record<string, unknown>> }): Promise<void>;
  /** Writes an `import` block for each existing resource that the next plan is to take over; none = no such file. */
  writeImports(imports: readonly Import[]): Promise<void>;
}

/** An existing resource that is to be taken over. */
interface Import {
  /** Address in the configuration: `google_compute_network.main[0]`. */
  to: string;
  /** What the provider knows it by: `projects/p/global/networks/n`. */
  id: string;
}

/** `<project>/<prefix>` below WORK_DIR, or else below `work` in the cache directory. */
export function workDirectoryPath(
  options: { workDir?: string | undefined; projectId: string; namePrefix: string },
  environment: NodeJS.ProcessEnv,
): string {
  return join(workDirectoryBase(options, environment), options.projectId, options.namePrefix);
}

/** WORK_DIR, or else `work` in the cache directory: what all deployments have in common. */
export function workDirectoryBase(options: { workDir?: string | undefined }, environment: NodeJS.ProcessEnv): string {
  return options.workDir ? resolve(options.workDir) : join(cacheDirectory(environment), 'work');
}

/**
 * Makes the work directory and tries it out: terraform says that it saved a state where it could not, so what cannot
 * be written is found out before anything is created. Throws WORK_DIRECTORY_UNUSABLE.
 */
export async function openWorkDirectory(path: string, least = leastFree): Promise<WorkDirectory> {
  try {
    await makePrivateDirectory(path);
    await tryOut(path);
  } catch (error) {
    throw fail('WORK_DIRECTORY_UNUSABLE', { path, reason: reasonOf(error) }, { cause: error });
  }
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize < least) {
    const reason = `only ${mebibytes(bavail * bsize)} MiB are free, ${mebibytes(least)} are needed`;
    throw fail('WORK_DIRECTORY_UNUSABLE', { path, reason });
  }
  const file = (name: string): string => join(path, name);
  return {
    path,
    file,
    async writeStack({ configuration, variables }) {
      await writeAtomically(file('main.tf.json'), terraformJson(configuration));
      await writeAtomically(file('tf.auto.tfvars.json'), terraformJson(variables));
    },
    async writeImports(imports) {
      if (imports.length === 0) await rm(file('imports.tf.json'), { force: true });
      else
        await writeAtomically(
          file('imports.tf.json'),
          terraformJson({ import: imports.map(({ to, id }) => ({ to, id: withoutTemplates(id) })) }),
        );
    },
  };
}

// A read-only file system lets itself be listed; a full one lets a file be created. Only bytes on the disk count.
async function tryOut(path: string): Promise<void> {
  const name = join(path, `.try-${randomBytes(4).toString('hex')}`);
  try {
    const file = await open(name, 'wx', 0o600);
    try {
      await file.writeFile(Buffer.alloc(1024 * 1024));
      await file.sync();
    } finally {
      await file.close();
    }
  } finally {
    await rm(name, { force: true });
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const words: Record<string, string> = {
    EROFS: 'the file system is read-only',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOSPC: 'no space left on the device',
    EDQUOT: 'the disk quota is used up',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'it is a file',
  };
  return (code && words[code]) ?? (error instanceof Error ? error.message : String(error));
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
