import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { World } from '../service.ts';
import { projectOf } from '../services/projects.ts';
import { issueToken } from '../tokens.ts';
import { deleteGuestAttribute, guestAttributes, putGuestAttribute } from './guest-attributes.ts';
import type { Instance } from './instance.ts';
import { metadataOf } from './instance.ts';
import { asJson, asText, isDirectory, listing, metadataTree, subtree } from './metadata-tree.ts';
import type { Tree } from './metadata-tree.ts';

/** The metadata server of one machine. */
export interface MetadataServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`, for GCE_METADATA_HOST. */
  host: string;
}

const root = '/computeMetadata/v1';
const tokenLife = 3_600_000;

/**
 * Starts the metadata server of the instance with the key `instanceKey`. Each machine has a listener of its own, because
 * clients build the fixed address `http://$GCE_METADATA_HOST/computeMetadata/v1/…` and send nothing that names them.
 * https://cloud.google.com/compute/docs/metadata/querying-metadata
 */
export async function startMetadataServer(world: World, instanceKey: string): Promise<MetadataServer> {
  const tokens = new Map<string, { token: string; expires: number }>();
  const waiting = new Set<() => void>();
  const stopWatching = world.store.watch('instances', (key) => {
    if (key === instanceKey) for (const wake of waiting) wake();
  });
  const server = createServer((request, response) => {
    response.setHeader('Metadata-Flavor', 'Google');
    response.setHeader('Server', 'Metadata Server for VM');
    answer(request, response).catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : new Refusal(500, String(error));
      if (!response.headersSent) response.writeHead(refusal.status, { 'content-type': 'text/html; charset=UTF-8' });
      response.end(`<!DOCTYPE html>\n<title>Error ${refusal.status}</title>\n<p>${refusal.message}</p>\n`);
    });
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://metadata.google.internal');
    if (url.pathname === '/') return send(response, 'computeMetadata/\n');
    // Google's guard against requests that a page or a proxy was tricked into.
    if (request.headers['metadata-flavor'] !== 'Google')
      throw new Refusal(403, 'Missing Metadata-Flavor:Google header.');
    if (request.headers['x-forwarded-for'] !== undefined)
      throw new Refusal(403, 'X-Forwarded-For header is not allowed.');
    if (!url.pathname.startsWith(root)) throw notFound(url.pathname);
    const path = decodeURIComponent(url.pathname.slice(root.length));
    const guest = /^\/instance\/guest-attributes(\/.*)?$/.exec(path);
    if (guest) return await guestAttribute(request, response, (guest[1] ?? '').split('/').filter(Boolean));
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal(405, 'Method not allowed.');
    const account = /^\/instance\/service-accounts\/([^/]+)\/token$/.exec(path);
    if (account) return send(response, JSON.stringify(token(account[1] ?? '')), 'application/json');
    await value(url, path, response);
  }

  async function value(url: URL, path: string, response: ServerResponse): Promise<void> {
    const recursive = url.searchParams.get('recursive')?.toLowerCase() === 'true';
    let found = look(path);
    if (url.searchParams.get('wait_for_change')?.toLowerCase() === 'true') {
      const until = url.searchParams.get('timeout_sec');
      await changed(
        () => etagOf((found = look(path))),
        url.searchParams.get('last_etag') ?? etagOf(found),
        until === null ? undefined : Number(until) * 1000,
        response,
      );
    }
    response.setHeader('ETag', etagOf(found));
    if (!isDirectory(found)) {
      const text = Array.isArray(found) ? `${found.join('\n')}\n` : String(found);
      return url.searchParams.get('alt') === 'json'
        ? send(response, JSON.stringify(found), 'application/json')
        : send(response, text);
    }
    if (!path.endsWith('/')) {
      response.setHeader('Location', `${url.pathname}/${url.search}`);
      response.writeHead(301).end();
      return;
    }
    if (!recursive) return send(response, listing(found));
    if (url.searchParams.get('alt') === 'text') return send(response, asText(found));
    send(response, JSON.stringify(asJson(found, path.replace(/\/$/, ''))), 'application/json');
  }

  function look(path: string): Tree {
    const found = subtree(tree(), path);
    // A value has no slash behind it: https://cloud.google.com/compute/docs/metadata/querying-metadata
    if (found === undefined || (!isDirectory(found) && path.endsWith('/'))) throw notFound(`${root}${path}`);
    return found;
  }

  function tree(): Tree {
    const project = projectOf(world.store, instanceKey.split('/')[1] ?? '', world.clock.now());
    return metadataTree({ id: project.projectId, number: project.projectNumber }, instance());
  }

  function instance(): Instance {
    const found = world.store.get<Instance>('instances', instanceKey);
    if (!found) throw new Refusal(503, 'The instance is gone.');
    return found;
  }

  // Resolves when the etag is another one than `last`, when the time is over, or when the client is gone.
  function changed(
    etag: () => string,
    last: string,
    timeout: number | undefined,
    response: ServerResponse,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = timeout === undefined ? undefined : setTimeout(finish, timeout);
      waiting.add(look);
      response.once('close', finish);
      look();
      function look(): void {
        try {
          if (etag() !== last) finish();
        } catch (error) {
          reject(error);
          finish();
        }
      }
      function finish(): void {
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      }
    });
  }

  // The same token until five minutes before its end, as Google's server does.
  function token(account: string): object {
    const found = instance().serviceAccounts?.find(({ email }) => account === 'default' || email === account);
    if (!found) throw notFound(`${root}/instance/service-accounts/${account}/token`);
    const now = world.clock.now();
    let kept = tokens.get(found.email);
    if (!kept || kept.expires - now < 300_000) {
      kept = {
        token: issueToken(world.store, `serviceAccount:${found.email}`, now, tokenLife),
        expires: now + tokenLife,
      };
      tokens.set(found.email, kept);
    }
    return {
      access_token: kept.token,
      expires_in: Math.floor((kept.expires - now) / 1000),
      token_type: 'Bearer',
    };
  }

  // https://cloud.google.com/compute/docs/metadata/manage-guest-attributes
  async function guestAttribute(request: IncomingMessage, response: ServerResponse, names: string[]): Promise<void> {
    if (metadataOf(instance()).get('enable-guest-attributes')?.toUpperCase() !== 'TRUE') {
      throw new Refusal(403, 'Guest attributes endpoint access is disabled.');
    }
    const [namespace, key] = names;
    if (request.method === 'GET') {
      const attributes = guestAttributes(world.store, instanceKey, namespace);
      const text =
        key === undefined
          ? [
              ...new Set(attributes.map((one) => (namespace === undefined ? `${one.namespace}/\n` : `${one.key}\n`))),
            ].join('')
          : attributes.find((one) => one.key === key)?.value;
      if (!text) throw notFound(request.url ?? '');
      return send(response, text);
    }
    if (namespace === undefined || key === undefined || names.length > 2)
      throw new Refusal(400, 'A namespace and a key are needed.');
    if (request.method === 'PUT') {
      putGuestAttribute(world.store, instanceKey, { namespace, key, value: await body(request) });
    } else if (request.method !== 'DELETE') {
      throw new Refusal(405, 'Method not allowed.');
    } else if (!deleteGuestAttribute(world.store, instanceKey, namespace, key)) {
      throw notFound(request.url ?? '');
    }
    send(response, '');
  }

  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      stopWatching();
      const closed = new Promise((resolve) => void server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function notFound(path: string): Refusal {
  return new Refusal(404, `The requested URL ${path} was not found on this server.`);
}

function etagOf(tree: Tree): string {
  return createHash('sha256').update(JSON.stringify(tree)).digest('hex').slice(0, 16);
}

// Google limits a value to 256 KiB.
async function body(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > 262_144) throw new Refusal(413, 'The value is too large.');
  }
  return text;
}

function send(response: ServerResponse, text: string, type = 'application/text'): void {
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
