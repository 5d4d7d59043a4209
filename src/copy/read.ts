import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import type { Clock } from '../core/clock.ts';
import { absolutePath, escapePath } from './byte-path.ts';
import { sameStamp, stampOf } from './tree.ts';
import type { TreeFile } from './tree.ts';

/** A file is no longer what the walk saw; its message completes "the directory could not be copied: …". */
export class ChangedError extends Error {
  constructor(file: TreeFile) {
    super(`${escapePath(file.path)} changed while it was packed`);
    this.name = 'ChangedError';
  }
}

/** The directory that is read, and the clock that the age of files is told by. */
export interface Source {
  top: string;
  clock: Clock;
}

/** A file that is open for reading from its beginning to its end. */
export interface OpenFile extends AsyncDisposable {
  /** Fills `into` with the next bytes. Throws ChangedError when the file has fewer. */
  read(into: Buffer): Promise<void>;
  /** To be called at the end: throws ChangedError when the file is not what the walk saw any more. */
  finish(): Promise<void>;
}

/**
 * Opens `file` if it still is what the walk saw, and throws ChangedError when it is not; what else hinders reading is
 * thrown as the system says it.
 */
export async function openFile(source: Source, file: TreeFile): Promise<OpenFile> {
  await settle(file, source.clock);
  const handle = await openHandle(source, file);
  try {
    await check(handle, file);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    async read(into) {
      for (let filled = 0; filled < into.length;) {
        const { bytesRead } = await handle.read(into, filled, into.length - filled);
        if (bytesRead === 0) throw new ChangedError(file);
        filled += bytesRead;
      }
    },
    async finish() {
      await check(handle, file);
      if (file.stamp.size === 0) await checkEmpty(handle, file);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

// The kernel stamps files with the time of its last tick (at most 10 ms ago). A file that was changed within the tick
// that is running now could be changed once more without a trace, so its tick is waited out before it is read.
const tick = 20;

async function settle(file: TreeFile, clock: Clock): Promise<void> {
  if (Math.abs(clock.now() - file.stamp.changed) < tick) await clock.sleep(tick);
}

async function openHandle(source: Source, file: TreeFile): Promise<FileHandle> {
  // No link is followed and no pipe waited for, should one have taken the file's place.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
  try {
    return await open(absolutePath(source.top, file.path), flags);
  } catch (error) {
    const gone = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR'];
    throw gone.includes((error as NodeJS.ErrnoException).code ?? '') ? new ChangedError(file) : error;
  }
}

async function check(handle: FileHandle, file: TreeFile): Promise<void> {
  const stats = await handle.stat();
  if (!stats.isFile() || !sameStamp(file.stamp, stampOf(stats))) throw new ChangedError(file);
}

/** Some file systems (proc, network drives) call a file empty that is not. */
async function checkEmpty(handle: FileHandle, file: TreeFile): Promise<void> {
  const { bytesRead } = await handle.read(Buffer.alloc(1), 0, 1);
  if (bytesRead > 0) throw new ChangedError(file);
}
