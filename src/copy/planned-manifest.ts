import type { Clock } from '../core/clock.ts';
import { renderManifest } from './manifest.ts';
import { manifestObject } from './object-names.ts';
import type { CopyPlan } from './plan.ts';
import { sendShards } from './send.ts';

/** Every name is in it: a copy that finds all of its shards in the bucket sends nothing. */
class EveryName extends Set<string> {
  override has(): boolean {
    return true;
  }
}

/**
 * The manifest that a copy of `plan` into `directory` has, without sending anything. Every file is read, so this takes
 * as long as the directory is large.
 */
export async function plannedManifest(
  plan: CopyPlan,
  directory: string,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<{ manifest: string; sha256: string }> {
  const { packed, shards } = await sendShards(plan, {
    directory,
    uploader: { put: () => Promise.reject(new Error('a plan sends nothing')) },
    present: new EveryName(),
    clock,
    signal,
    onShard: () => undefined,
  });
  const { sha256 } = renderManifest(plan, packed, shards);
  return { manifest: manifestObject(directory, sha256), sha256 };
}
