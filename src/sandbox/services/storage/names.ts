import { ApiError } from '../../service.ts';

// https://cloud.google.com/storage/docs/buckets#naming
const bucketName = /^[a-z0-9][-a-z0-9_.]{1,220}[a-z0-9]$/;
const address = /^\d+\.\d+\.\d+\.\d+$/;

/** Refuses what Google does not take as the name of a new bucket: 400, or 403 for a domain that is not proven ours. */
export function checkBucketName(name: string): void {
  const parts = name.split('.');
  const isWellFormed = parts.every((part) => part.length > 0 && part.length <= 63);
  if (!bucketName.test(name) || address.test(name) || !isWellFormed) {
    throw new ApiError(400, 'invalid', `Invalid bucket name: '${name}'`);
  }
  if (name.startsWith('goog') || /g[o0]{2}g[l1]e/.test(name)) {
    throw new ApiError(400, 'invalid', `Invalid bucket name: '${name}'`);
  }
  if (parts.length > 1) {
    throw new ApiError(403, 'forbidden', 'The bucket you tried to create requires domain ownership verification.');
  }
}

/** Refuses names of objects that Google does not take: https://cloud.google.com/storage/docs/objects#naming */
export function checkObjectName(name: string): void {
  if (name === '') throw new ApiError(400, 'required', 'Required');
  const isAllowed =
    Buffer.byteLength(name) <= 1024 &&
    !/[\r\n]/.test(name) &&
    name.isWellFormed() &&
    !name.startsWith('.well-known/acme-challenge/') &&
    name !== '.' &&
    name !== '..';
  if (!isAllowed) throw new ApiError(400, 'invalid', `Disallowed unicode characters present in object name '${name}'`);
}
