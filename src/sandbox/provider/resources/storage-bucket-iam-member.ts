import { iamMember } from '../iam-member.ts';
import { lastPart, sameName } from '../link.ts';
import { requestFor } from '../rest-spec.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/storage_bucket_iam#google_storage_bucket_iam_member */
export const storageBucketIamMember = iamMember({
  type: 'google_storage_bucket_iam_member',
  parent: 'bucket',
  fields: { bucket: { replace: true, same: sameName } },
  parentId: (bucket) => `b/${lastPart(bucket)}`,
  door(bucket) {
    const path = `/storage/v1/${bucket}/iam`;
    return {
      describe: `storage bucket "${bucket}"`,
      read: requestFor('storage', 'GET', `${path}?optionsRequestedPolicyVersion=3`),
      write: ({ bindings, etag, version }) => requestFor('storage', 'PUT', path, { bindings, etag, version }),
    };
  },
});
