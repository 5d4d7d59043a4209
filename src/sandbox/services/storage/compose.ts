import * as z from 'zod';

import type { Contents } from '../../contents.ts';
import type { Request } from '../../service.ts';
import { findBucket } from './bucket.ts';
import { ObjectFields, commitObject, findObject, objectView } from './object.ts';
import type { StoredObject } from './object.ts';
import { checkPreconditions } from './preconditions.ts';

const Generation = z.union([z.string(), z.number()]).transform(String);

/** https://cloud.google.com/storage/docs/json_api/v1/objects/compose: 1 to 32 sources. */
export const ComposeBody = z.looseObject({
  sourceObjects: z
    .array(
      z.looseObject({
        name: z.string(),
        generation: Generation.optional(),
        objectPreconditions: z.looseObject({ ifGenerationMatch: Generation.optional() }).optional(),
      }),
    )
    .min(1)
    .max(32),
  destination: ObjectFields.optional(),
});

/** Puts objects of a bucket behind one another into one, which then has a crc32c but no md5. */
export async function composeObject(request: Request & { body: z.output<typeof ComposeBody> }): Promise<object> {
  const { store, contents, params, body } = request;
  const bucket = findBucket(store, params['bucket'] ?? '');
  const sources = body.sourceObjects.map(({ name, generation, objectPreconditions }) => {
    const source = findObject(request, bucket, name, 'storage.objects.get', generation);
    checkPreconditions(
      { method: 'POST', query: { ifGenerationMatch: objectPreconditions?.ifGenerationMatch } },
      source,
    );
    return source;
  });
  const content = await contents.write(bytesOf(contents, sources));
  const componentCount = sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0);
  const name = params['object'] ?? '';
  const fields = { contentType: sources[0]?.contentType, ...body.destination };
  return objectView(commitObject(request, bucket.name, { name, fields, content, componentCount }), request.baseUrl);
}

async function* bytesOf(contents: Contents, sources: readonly StoredObject[]): AsyncGenerator<Buffer> {
  for (const { _content, size } of sources) {
    if (size === '0') continue;
    const bytes = contents.read(_content);
    yield* Buffer.isBuffer(bytes) ? [bytes] : (bytes as AsyncIterable<Buffer>);
  }
}
