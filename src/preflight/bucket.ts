import { fail } from '../core/faults.ts';
import { findStateBucket } from '../terraform/state-bucket.ts';
import type { Check } from './check.ts';

/**
 * Can the machines be allowed to read the copied files, and not the state beside them? Such a grant has a condition,
 * which Google takes only where no ACLs count: https://cloud.google.com/storage/docs/access-control/iam#conditions
 */
export const bucket: Check = {
  name: 'bucket',
  summary: 'the bucket that files are copied to has uniform bucket-level access',
  async ask({ options, http }) {
    if (options.copyDirPath === undefined) return 'nothing is copied';
    const found = await findStateBucket(http, options);
    if (!found) return 'one will be made';
    if (!found.uniform) throw fail('BUCKET_NOT_UNIFORM', { bucket: found.name });
    return `gs://${found.name} has uniform access`;
  },
};
