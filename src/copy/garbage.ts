import type { Cloud } from '../google/cloud.ts';
import { googleHttp } from '../google/http.ts';
import { deleteObjects, listObjects, readText } from '../google/storage.ts';
import type { StoredObject } from '../google/storage.ts';
import { shardObjects } from './manifest.ts';
import { kindOfObject } from './object-names.ts';

/** The folder to tidy, and the manifest that the machines were pointed at. */
export interface GarbageOrder {
  cloud: Cloud;
  bucket: string;
  /** `<dir>/<prefix>-deployment/files` */
  directory: string;
  /** Object name of the manifest that is in use now. */
  manifest: string;
}

/** What was deleted. */
export interface Collected {
  manifests: number;
  shards: number;
  /** Compressed bytes that the shards took. */
  bytes: number;
}

/**
 * Deletes manifests that are older than the one before `manifest`, and the shards that neither of the two needs. To be
 * called when the machines have been told of `manifest`, while the deployment is locked. Touches nothing but objects
 * of `directory` whose names are ours, and nothing at all when one of the two manifests cannot be understood.
 */
export async function collectGarbage({ cloud, bucket, directory, manifest }: GarbageOrder): Promise<Collected> {
  const http = googleHttp(cloud);
  const objects = await listObjects(http, bucket, { prefix: `${directory}/` });
  const ofKind = (kind: 'shard' | 'manifest'): StoredObject[] =>
    objects.filter(({ name }) => kindOfObject(directory, name) === kind);
  const older = ofKind('manifest')
    .filter(({ name }) => name !== manifest)
    .toSorted((one, other) => other.updated.localeCompare(one.updated));

  const needed = new Set<string>();
  for (const kept of [manifest, ...older.slice(0, 1).map(({ name }) => name)]) {
    const found = await readText(http, bucket, kept);
    const shards = found && shardObjects(found.text);
    if (shards === undefined) return { manifests: 0, shards: 0, bytes: 0 };
    for (const shard of shards) needed.add(shard);
  }

  const manifests = older.slice(1);
  const shards = ofKind('shard').filter(({ name }) => !needed.has(name));
  // Manifests first: one whose shards are gone would promise what is not there.
  await deleteObjects(http, bucket, manifests);
  await deleteObjects(http, bucket, shards);
  return {
    manifests: manifests.length,
    shards: shards.length,
    bytes: shards.reduce((sum, { size }) => sum + size, 0),
  };
}
