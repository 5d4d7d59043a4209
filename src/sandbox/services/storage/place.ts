import type { World } from '../../service.ts';
import { projectOf } from '../projects.ts';
import { newBucket, settled } from './bucket-fields.ts';
import { findBucket } from './bucket.ts';
import type { Bucket } from './bucket.ts';
import { liveKey, newObject } from './object.ts';

/** Puts a bucket into the cloud without asking anybody: for what fault rules and tests say is there already. */
export function placeBucket(
  { store, clock }: World,
  name: string,
  projectId: string,
  stranger?: Bucket['_stranger'],
): void {
  const bucket = newBucket(store, name, projectOf(store, projectId, clock.now()), 'US', clock.now());
  store.put('buckets', name, { ...settled(bucket, {}, clock.now()), ...(stranger ? { _stranger: stranger } : {}) });
}

/** Puts an object into a bucket, in place of one of that name. */
export async function placeObject(world: World, bucket: string, name: string, bytes: Buffer): Promise<void> {
  const content = await world.contents.write([bytes]);
  const fields = { contentType: 'application/json' };
  const object = newObject(
    world.store.nextId(),
    findBucket(world.store, bucket),
    { name, fields, content },
    world.clock.now(),
  );
  world.store.put('objects', liveKey(bucket, name), object);
}
