import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import { isGoogleError } from '../google/http.ts';
import { missingBucketPermissions } from '../google/storage.ts';
import type { Check, CheckContext } from './check.ts';
import { neededPermissions } from './needed-permissions.ts';

/** May the account that is made for the machines be let into the buckets that they mount? */
export const mounts: Check = {
  name: 'mounts',
  summary: 'the buckets of GCS_MOUNT_LIST exist, and the machines can be let into them',
  async ask(context) {
    const buckets = [...new Set(context.options.gcsMounts.map(({ bucket }) => bucket))];
    if (buckets.length === 0) return 'none';
    const needed = neededPermissions(context.options, ['mounts']);
    if (needed.length === 0) return 'the account is not ours to let in';
    await Promise.all(buckets.map((bucket) => askOne(context, bucket, needed)));
    return counted(buckets.length, 'bucket');
  },
};

async function askOne(
  { options, http, cloud }: CheckContext,
  bucket: string,
  needed: readonly string[],
): Promise<void> {
  const missing = await missingBucketPermissions(http, bucket, needed).catch((error: unknown) => {
    if (!isGoogleError(error, 404)) throw error;
    const list = `  GCS_MOUNT_LIST: the bucket ${bucket} does not exist`;
    throw fail('OPTIONS_WRONG', { count: 1, list }, { cause: error });
  });
  if (missing.length === 0) return;
  throw fail(
    'PERMISSION_DENIED',
    {
      who: await cloud.tokens.describe(),
      what: `let the machines into gs://${bucket} (GCS_MOUNT_LIST)`,
      project: options.projectId,
      permissions: missing.join(', '),
    },
    { details: missing },
  );
}
