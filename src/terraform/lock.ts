import * as z from 'zod';

import { isGoogleError } from '../google/http.ts';
import type { GoogleHttp } from '../google/http.ts';
import { deleteObject, readText } from '../google/storage.ts';
import { isLockOf } from './lock-owner.ts';
import type { LockOwner } from './lock-owner.ts';
import type { LockHolder } from './lock-text.ts';

/** Where a deployment's folder is. */
export interface LockPlace {
  bucket: string;
  /** `<dir>/<prefix>-deployment`, without a final slash. */
  folder: string;
}

/** A lock that exists, with the generation by which it can be taken off. */
export interface HeldLock extends LockHolder {
  generation: string;
}

const LockDocument = z.object({
  ID: z.string().default(''),
  Operation: z.string().default(''),
  Who: z.string().default('somebody'),
  Version: z.string().default(''),
  Created: z.string().default(''),
});

/** Who holds the lock of a deployment's state; `undefined` when nobody does. */
export async function readLock(http: GoogleHttp, place: LockPlace): Promise<HeldLock | undefined> {
  const object = await readText(http, place.bucket, lockName(place));
  if (object === undefined) return undefined;
  const document = parseLock(object.text);
  const created = Date.parse(document.Created);
  return {
    id: document.ID,
    operation: document.Operation,
    who: document.Who,
    version: document.Version,
    created: Number.isNaN(created) ? undefined : created,
    generation: object.generation,
  };
}

/**
 * Takes a lock off, by an explicit act of the user. Only that very lock: when it was released and taken again since it
 * was looked at, it stays, and `false` is answered.
 */
export async function unlock(http: GoogleHttp, place: LockPlace, lock: Pick<HeldLock, 'generation'>): Promise<boolean> {
  try {
    await deleteObject(http, { bucket: place.bucket, name: lockName(place), ifGenerationMatch: lock.generation });
    return true;
  } catch (error) {
    if (isGoogleError(error, 412)) return false;
    throw error;
  }
}

/** Takes off a lock of `owner`; answers whether nothing is locked any more. Somebody else's lock stays. */
export async function freeLock(http: GoogleHttp, place: LockPlace, owner: LockOwner): Promise<boolean> {
  const lock = await readLock(http, place);
  return lock === undefined || (isLockOf(owner, lock) && (await unlock(http, place, lock)));
}

// The name that Terraform's own gcs backend gives the lock of the workspace `default`.
function lockName({ folder }: LockPlace): string {
  return `${folder}/terraform/state/default.tflock`;
}

// A lock is a lock, whatever is written in it.
function parseLock(text: string): z.output<typeof LockDocument> {
  try {
    return LockDocument.parse(JSON.parse(text));
  } catch {
    return LockDocument.parse({});
  }
}
