import { listOf, parseMachinePath } from './kinds.ts';
import type { Kind } from './option.ts';
import { Refusal } from './refusal.ts';

/** A directory in a bucket; `directory` is '' or `a/b`. */
export interface BucketDirectory {
  bucket: string;
  directory: string;
}

/** A bucket that the machines see as a directory. */
export interface BucketMount {
  bucket: string;
  path: string;
}

/** `gs://bucket` or `gs://bucket/some/directory`. */
export function bucketDirectory(): Kind<BucketDirectory> {
  return {
    allowed: 'a bucket such as gs://my-bucket or gs://my-bucket/directory',
    parse(text) {
      const [, bucket = '', rest = ''] = /^gs:\/\/([^/]+)(?:\/(.*))?$/.exec(text) ?? [];
      if (bucket === '') throw new Refusal('', /^[a-z0-9][\w./-]*$/.test(text) ? `gs://${text}` : undefined);
      checkBucket(bucket);
      const directory = rest.replace(/\/+$/, '');
      const parts = directory.split('/');
      // Wildcards and [] are for gcloud; a name that tools take for a pattern cannot be cleaned up by hand.
      if (directory !== '' && (parts.some((part) => ['', '.', '..'].includes(part)) || /[*?#[\]]/.test(directory))) {
        throw new Refusal(`'${directory}' is not a directory of a bucket (no *, ?, #, [, ], no . or .., no // in it)`);
      }
      if (Buffer.byteLength(directory) > 512) throw new Refusal('the directory is longer than 512 bytes');
      return { bucket, directory };
    },
  };
}

/** `bucket:/path,other:/elsewhere`. */
export function bucketMounts(): Kind<BucketMount[]> {
  const mount: Kind<BucketMount> = {
    allowed: 'a mount such as my-bucket:/data',
    parse(text) {
      const [, bucket, path] = /^(?:gs:\/\/)?([^:/]+):(\/.*)$/.exec(text) ?? [];
      if (bucket === undefined || path === undefined) throw new Refusal();
      checkBucket(bucket);
      return { bucket, path: parseMachinePath(path) };
    },
  };
  const mounts = listOf(mount, 'a list of mounts such as my-bucket:/data,other-bucket:/models');
  return { ...mounts, parse: (text) => distinctPaths(mounts.parse(text)) };
}

/** Hands `mounts` on; throws a Refusal when two of them are at the same place, or one inside another. */
export function distinctPaths<Mount extends { path: string }>(mounts: Mount[]): Mount[] {
  for (const { path } of mounts) {
    const others = mounts.filter((other) => `${other.path}/`.startsWith(`${path}/`));
    if (others.length > 1) throw new Refusal(`two mounts lie at ${path} or below it`);
  }
  return mounts;
}

// https://docs.cloud.google.com/storage/docs/buckets#naming
function checkBucket(name: string): void {
  const form = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
  const partTooLong = name.split('.').some((part) => part.length > 63);
  if (!form.test(name) || partTooLong || name.startsWith('goog') || /^\d+(\.\d+){3}$/.test(name)) {
    throw new Refusal(`'${name}' is not a bucket name (3 to 63 lower-case letters, digits, -, _ and .)`);
  }
}
