import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as z from 'zod';

import { isGoogleError } from '../google/http.ts';
import type { GoogleHttp } from '../google/http.ts';

/** Small JSON files of a deployment, in its folder of the bucket or, with CLEANUP_ON_EXIT, in the work directory. */
export interface Records {
  /** The record, or undefined when there is none. Throws when it is not of the schema's form. */
  read<Schema extends z.ZodType>(name: string, schema: Schema): Promise<z.output<Schema> | undefined>;
  /** Replaces the record; with `onlyNew` an existing one is left alone and `false` is answered. */
  write(name: string, value: object, options?: { onlyNew?: boolean }): Promise<boolean>;
  remove(name: string): Promise<void>;
}

/** Records below `folder` of a bucket. */
export function bucketRecords(http: GoogleHttp, bucket: string, folder: string): Records {
  const object = (name: string): string => `/storage/v1/b/${bucket}/o/${encodeURIComponent(`${folder}/${name}`)}`;
  return {
    async read(name, schema) {
      try {
        const call = { method: 'GET', service: 'storage', path: object(name), query: { alt: 'media' } } as const;
        return await http.call(call, schema);
      } catch (error) {
        if (isGoogleError(error, 404)) return undefined;
        throw error;
      }
    },
    async write(name, value, { onlyNew = false } = {}) {
      try {
        await http.call(
          {
            method: 'POST',
            service: 'storage',
            path: `/upload/storage/v1/b/${bucket}/o`,
            query: { uploadType: 'media', name: `${folder}/${name}`, ifGenerationMatch: onlyNew ? 0 : undefined },
            body: value,
            // The whole record is written; a precondition that the lost first try has broken is looked into by whoever set it.
            idempotent: true,
          },
          z.unknown(),
        );
        return true;
      } catch (error) {
        if (onlyNew && isGoogleError(error, 412)) return false;
        throw error;
      }
    },
    async remove(name) {
      try {
        await http.call({ method: 'DELETE', service: 'storage', path: object(name) }, z.unknown());
      } catch (error) {
        if (!isGoogleError(error, 404)) throw error;
      }
    },
  };
}

/** Records in a directory of this machine; written whole or not at all. */
export function localRecords(directory: string): Records {
  return {
    async read(name, schema) {
      try {
        return schema.parse(JSON.parse(await readFile(join(directory, name), 'utf8')));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(name, value, { onlyNew = false } = {}) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const text = JSON.stringify(value, undefined, 2);
      if (onlyNew) {
        try {
          await writeFile(join(directory, name), text, { flag: 'wx', mode: 0o600 });
          return true;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
          throw error;
        }
      }
      const draft = join(directory, `.${name}.${process.pid}`);
      await writeFile(draft, text, { mode: 0o600 });
      await rename(draft, join(directory, name));
      return true;
    },
    async remove(name) {
      await rm(join(directory, name), { force: true });
    },
  };
}
