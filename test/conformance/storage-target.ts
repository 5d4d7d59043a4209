import { randomBytes } from 'node:crypto';

import { GoogleAuth } from 'google-auth-library';
import { onTestFinished } from 'vitest';

import type { World } from '../../src/sandbox/service.ts';
import { serve } from '../sandbox/_support/serve.ts';

/** The project to test against at Google; without it the tests run against a sandbox of their own. */
export const googleProject = process.env['CONFORMANCE_PROJECT'];

/** A Cloud Storage to be tested over HTTP: the sandbox's or Google's. */
export interface Target {
  url: string;
  project: string;
  /** The sandbox's inside, for the few cases that need what Google will not do on demand; missing at Google. */
  world: World | undefined;
  token(): Promise<string>;
  ask(path: string, init?: RequestInit): Promise<Response>;
  json<T = Record<string, unknown>>(path: string, init?: RequestInit): Promise<T>;
  /** Makes a bucket that goes with the test, whatever is in it; answers its name. */
  bucket(body?: object): Promise<string>;
  /** Writes an object in one request; answers its resource. */
  put(bucket: string, name: string, text: string, query?: string): Promise<StoredObject>;
}

/** The fields of an object's resource that the tests look at. */
export interface StoredObject {
  name: string;
  generation: string;
  metageneration: string;
  size: string;
  md5Hash?: string;
  crc32c: string;
  contentType?: string;
  etag: string;
  metadata?: Record<string, string>;
  componentCount?: number;
  timeDeleted?: string;
  cacheControl?: string;
  mediaLink: string;
}

/** The envelope of a refusal. */
export interface Refusal {
  error: { code: number; message: string; errors: { reason: string; domain: string; message: string }[] };
}

/** Opens the target for one test. */
export async function openTarget(): Promise<Target> {
  return googleProject ? google(googleProject) : await sandbox();
}

/** A body and its content type, for requests with JSON. */
export function jsonBody(method: string, body: object): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

/** The path of an object: its name escaped into one segment. */
export function objectPath(bucket: string, name: string, rest = ''): string {
  return `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}${rest}`;
}

async function sandbox(): Promise<Target> {
  const served = await serve();
  const token = served.world.store.entries<object>('tokens').next().value?.[0] ?? '';
  return target(served.url, 'conformance-project', () => Promise.resolve(token), served.world);
}

function google(project: string): Target {
  const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
  const token = async (): Promise<string> => (await auth.getAccessToken()) ?? '';
  return target('https://storage.googleapis.com', project, token, undefined);
}

function target(url: string, project: string, token: () => Promise<string>, world: World | undefined): Target {
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${await token()}`, ...(init.headers as Record<string, string>) };
    return await fetch(path.startsWith('http') ? path : url + path, { ...init, headers });
  }
  async function json<T>(path: string, init?: RequestInit): Promise<T> {
    return (await (await ask(path, init)).json()) as T;
  }
  async function bucket(body: object = {}): Promise<string> {
    const name = `conformance-${randomBytes(8).toString('hex')}`;
    const uniform = { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } };
    const response = await ask(`/storage/v1/b?project=${project}`, jsonBody('POST', { name, ...uniform, ...body }));
    if (response.status !== 200) throw new Error(`no bucket: ${await response.text()}`);
    if (!world) onTestFinished(() => empty(name), 120_000);
    return name;
  }
  async function empty(name: string): Promise<void> {
    const { items = [] } = await json<{ items?: StoredObject[] }>(`/storage/v1/b/${name}/o?versions=true`);
    for (const item of items) {
      await ask(objectPath(name, item.name, `?generation=${item.generation}`), { method: 'DELETE' });
    }
    await ask(`/storage/v1/b/${name}`, { method: 'DELETE' });
  }
  async function put(name: string, object: string, text: string, query = ''): Promise<StoredObject> {
    const path = `/upload/storage/v1/b/${name}/o?uploadType=media&name=${encodeURIComponent(object)}${query}`;
    const response = await ask(path, { method: 'POST', body: text, headers: { 'content-type': 'text/plain' } });
    if (response.status !== 200) throw new Error(`not stored: ${response.status} ${await response.text()}`);
    return (await response.json()) as StoredObject;
  }
  return { url, project, world, token, ask, json, bucket, put };
}
