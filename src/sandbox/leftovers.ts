import { randomUUID } from 'node:crypto';

import type { FaultRule } from './fault-rules.ts';
import type { World } from './service.ts';
import type { Bucket } from './services/storage/bucket.ts';
import { placeBucket, placeObject } from './services/storage/place.ts';
import { withhold } from './withheld.ts';

/**
 * Puts into the cloud what fault rules say is there already: buckets of strangers, and locks that dead runs left, and
 * takes permissions and APIs away. A lock comes as soon as its bucket exists, and only once, however often the same
 * plan is read.
 */
export async function plantLeftovers(world: World, rules: readonly FaultRule[]): Promise<void> {
  withhold(world.store, rules);
  for (const rule of rules) {
    if ('strangersBucket' in rule) plantBucket(world, rule.strangersBucket);
    if ('leftLock' in rule) await plantLock(world, rule.leftLock);
  }
}

function plantBucket(world: World, { name, readable }: { name: string; readable: boolean }): void {
  if (world.store.get('buckets', name)) return;
  placeBucket(world, name, 'a-strangers-project', readable ? 'readable' : 'closed');
}

type LeftLock = Extract<FaultRule, { leftLock: unknown }>['leftLock'];

async function plantLock(world: World, lock: LeftLock): Promise<void> {
  const { store } = world;
  const key = `${lock.bucket}/${lock.object}`;
  if (store.get('plantedLocks', key)) return;
  if (store.get<Bucket>('buckets', lock.bucket)) {
    store.put('plantedLocks', key, lock);
    await placeObject(world, lock.bucket, lock.object, Buffer.from(JSON.stringify(lockInfo(world, lock))));
    return;
  }
  const stop = store.watch('buckets', (name) => {
    if (name !== lock.bucket) return;
    stop();
    void plantLock(world, lock);
  });
}

// What Terraform's backend writes: https://github.com/hashicorp/terraform/blob/v1.11.4/internal/states/statemgr/locker.go
function lockInfo({ clock }: World, { bucket, object, who, operation, age }: LeftLock): object {
  return {
    ID: randomUUID(),
    Operation: operation,
    Info: '',
    Who: who,
    Version: '1.11.4',
    Created: new Date(clock.now() - age).toISOString(),
    Path: `gs://${bucket}/${object}`,
  };
}
