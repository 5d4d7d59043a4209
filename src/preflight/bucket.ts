import { fail } from '../core/faults.ts';
import { memberOf } from '../core/refusal-fault.ts';
import { missingPermissions } from '../google/projects.ts';
import { missingBucketPermissions } from '../google/storage.ts';
import { bucketNames, findStateBucket } from '../terraform/state-bucket.ts';
import type { Check, CheckContext } from './check.ts';
import { needsBucket, neededPermissions } from './needed-permissions.ts';

/**
 * May the bucket of state and files be written to, or be made? And can the machines be allowed to read the copied files,
 * and not the state beside them? Such a grant has a condition, which Google takes only where no ACLs count:
 * https://cloud.google.com/storage/docs/access-control/iam#conditions
 */
export const bucket: Check = {
  name: 'bucket',
  summary: 'the bucket of state and files may be written to, or made, and has uniform access where files are copied',
  async ask(context) {
    const { options, http } = context;
    const { copyDirPath, projectId, region } = options;
    if (!needsBucket(options)) return 'none is needed';
    const found = await findStateBucket(http, options);
    if (!found) {
      const [name = ''] = bucketNames(projectId, '', region);
      const needed = neededPermissions(options, ['bucket', 'new bucket']);
      await refuse(context, name, 'make', await missingPermissions(http, projectId, needed));
      return 'one will be made';
    }
    await askBucket(context, found.name);
    if (copyDirPath === undefined) return `gs://${found.name} may be written to`;
    if (!found.uniform) throw fail('BUCKET_NOT_UNIFORM', { bucket: found.name });
    return `gs://${found.name} may be written to and has uniform access`;
  },
};

/** May a bucket that exists be used for state and files? Throws BUCKET_DENIED with everything that is missing. */
export async function askBucket(context: Asker, name: string): Promise<void> {
  const needed = neededPermissions(context.options, ['bucket']);
  await refuse(context, name, 'write to', await missingBucketPermissions(context.http, name, needed));
}

type Asker = Pick<CheckContext, 'options' | 'http' | 'cloud'>;

async function refuse(
  { options, cloud }: Asker,
  name: string,
  what: string,
  missing: readonly string[],
): Promise<void> {
  if (missing.length === 0) return;
  const who = await cloud.tokens.describe();
  const [email] = /[^\s(]+@[^\s),]+/.exec(who) ?? [];
  throw fail(
    'BUCKET_DENIED',
    {
      who,
      what,
      bucket: name,
      project: options.projectId,
      permissions: missing.join(', '),
      member: email === undefined ? 'user:YOU' : memberOf(email),
    },
    { details: missing },
  );
}
