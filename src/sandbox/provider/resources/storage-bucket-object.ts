import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { isRefusal } from '../api-error.ts';
import { fromBody, toBody } from '../body.ts';
import { conflicting, exactlyOne } from '../check-config.ts';
import { replacing } from '../field.ts';
import type { Fields } from '../field.ts';
import type { Resource } from '../resource.ts';
import { failed } from '../failed.ts';
import { requestFor } from '../rest-spec.ts';
import { schemas } from '../schemas.ts';
import type { Session } from '../session.ts';
import { isEmpty, textOf, unknown } from '../value.ts';
import type { ObjectValue } from '../value.ts';

const type = 'google_storage_bucket_object';
const { block } = schemas.resource(type);
const notModelled = ['customer_encryption', 'retention', 'event_based_hold', 'temporary_hold', 'kms_key_name'];

const fields: Fields = {
  ...replacing('name', 'cache_control', 'content_disposition', 'content_encoding', 'content_language'),
  ...replacing('content_type', 'metadata', 'storage_class', 'source', 'force_empty_content_type'),
  bucket: { replace: true, rest: null },
  content: { rest: null },
  source: { replace: true, rest: null },
  source_md5hash: { rest: null },
  deletion_policy: { rest: null },
  force_empty_content_type: { replace: true, rest: null },
  // Compared with the bytes that the configuration names: see plan.
  detect_md5hash: { rest: 'md5Hash' },
  md5hash: 'md5Hash',
  output_name: 'name',
};

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/storage_bucket_object */
export const storageBucketObject: Resource = {
  type,
  fields,
  validate: (config) => [
    ...exactlyOne(config, ['content', 'source']),
    ...conflicting(config, ['content_type', 'force_empty_content_type']),
    ...notModelled.flatMap((name) =>
      isEmpty(config[name])
        ? []
        : [{ summary: `the embedded provider does not model ${name} of ${type}`, attribute: name }],
    ),
  ],
  plan(planned, { prior }) {
    const bytes = bytesOf(planned);
    const hash = bytes && createHash('md5').update(bytes).digest('base64');
    const before = prior?.md5hash ?? null;
    if (prior && hash !== undefined && hash === before) return { ...planned, detect_md5hash: before };
    return { ...planned, detect_md5hash: 'different hash', md5hash: unknown, crc32c: unknown, generation: unknown };
  },

  create: upload,

  async read(state, session) {
    try {
      const path = `/storage/v1/b/${textOf(state, 'bucket')}/o/${encodeURIComponent(textOf(state, 'name'))}`;
      const object = await session.api.call(requestFor('storage', 'GET', path));
      const md5 = Buffer.from(String(object.md5Hash ?? ''), 'base64').toString('hex');
      const id = `${textOf(state, 'bucket')}-${textOf(state, 'name')}`;
      return { ...fromBody(block, fields, { ...object, md5hexhash: md5 }, state), id };
    } catch (error) {
      if (isRefusal(error, 404)) return null;
      throw failed(`Error when reading or editing Storage Bucket Object "${textOf(state, 'name')}"`, error);
    }
  },

  update: (planned, _prior, session) => upload(planned, session),

  async delete(state, session) {
    if (state.deletion_policy === 'ABANDON') return;
    const [bucket, name] = [textOf(state, 'bucket'), textOf(state, 'name')];
    try {
      await session.api.call(requestFor('storage', 'DELETE', `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`));
    } catch (error) {
      if (isRefusal(error, 404)) return;
      throw failed(`Error deleting contents of object ${name}`, error);
    }
  },

  importState() {
    throw new Error(`resource ${type} doesn't support import`);
  },
};

async function upload(planned: ObjectValue, session: Session): Promise<ObjectValue> {
  const [bucket, name] = [textOf(planned, 'bucket'), textOf(planned, 'name')];
  const metadata = toBody(block, fields, { ...planned, name: null, detect_md5hash: null }, { scope: planned });
  const bytes = bytesOf(planned);
  if (!bytes) throw new Error('Error, either "content" or "source" must be specified');
  const guessed = planned.source === null ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  const contentType = String(metadata.contentType ?? guessed);
  const boundary = 'cluster-provision-object-boundary';
  const parts = [
    `--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ bucket, ...metadata })}\r\n`,
    `--${boundary}\r\nContent-Type: ${contentType}\r\n\r\n`,
    bytes,
    `\r\n--${boundary}--\r\n`,
  ];
  try {
    await session.api.call({
      method: 'POST',
      service: 'storage',
      path: `/upload/storage/v1/b/${bucket}/o`,
      query: { uploadType: 'multipart', name },
      upload: {
        contentType: `multipart/related; boundary=${boundary}`,
        bytes: Buffer.concat(parts.map((part) => Buffer.from(part))),
      },
    });
  } catch (error) {
    throw failed(`Error uploading object ${name}`, error);
  }
  const state = await storageBucketObject.read(planned, session);
  if (!state) throw new Error(`Error uploading object ${name}: it is gone again`);
  return state;
}

/** The object's bytes, as far as the configuration tells them yet. */
function bytesOf(values: ObjectValue): Buffer | undefined {
  const { content, source } = values;
  if (typeof source === 'string' && source !== '') return readFileSync(source);
  return typeof content === 'string' ? Buffer.from(content) : undefined;
}
