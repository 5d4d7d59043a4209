import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { World } from '../service.ts';
import { projectOf } from '../services/projects.ts';
import { answerGuestAttribute } from './guest-attribute-requests.ts';
import type { Instance } from './instance.ts';
import { metadataOf } from './instance.ts';
import { createMachineTokens } from './machine-tokens.ts';
import { asJson, asText, isDirectory, listing, metadataTree, subtree } from './metadata-tree.ts';
import type { Tree } from './metadata-tree.ts';
import { notFound, Refusal } from './refusal.ts';
import { watchInstance } from './until-changed.ts';

/** The metadata server of one machine. */
export interface MetadataServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`, for GCE_METADATA_HOST. */
  host: string;
}

const root = '/computeMetadata/v1';

/**
 * Starts the metadata server of the instance with the key `instanceKey`. Each machine has a listener of its own, because
 * clients build the fixed address `http://$GCE_METADATA_HOST/computeMetadata/v1/…` and send nothing that names them.
 * https://cloud.google.com/compute/docs/metadata/querying-metadata
 */
export async function startMetadataServer(world: World, instanceKey: string): Promise<MetadataServer> {
  const tokenOf = createMachineTokens(world);
  const waiters = watchInstance(world.store, instanceKey);
  const server = createServer((request, response) => {
    response.setHeader('Metadata-Flavor', 'Google');
    response.setHeader('Server', 'Metadata Server for VM');
    answer(request, response).catch((error: unknown) => refuse(response, error));
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://metadata.google.internal');
    if (url.pathname === '/') return send(response, 'computeMetadata/\n');
    checkHeaders(request);
    if (!url.pathname.startsWith(root)) throw notFound(url.pathname);
    const path = decodeURIComponent(url.pathname.slice(root.length));
    const guest = /^\/instance\/guest-attributes(\/.*)?$/.exec(path);
    if (guest) {
      if (metadataOf(instance()).get('enable-guest-attributes')?.toUpperCase() !== 'TRUE') {
        throw new Refusal(403, 'Guest attributes endpoint access is disabled.');
      }
      const names = (guest[1] ?? '').split('/').filter(Boolean);
      return send(response, await answerGuestAttribute(world.store, instanceKey, request, names));
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal(405, 'Method not allowed.');
    const account = /^\/instance\/service-accounts\/([^/]+)\/token$/.exec(path)?.[1];
    if (account) return send(response, JSON.stringify(token(account)), 'application/json');
    show(url, path, await value(url, path, response), response);
  }

  function token(account: string): object {
    const found = instance().serviceAccounts?.find(({ email }) => account === 'default' || email === account);
    if (!found) throw notFound(`${root}/instance/service-accounts/${account}/token`);
    return tokenOf(found.email);
  }

  async function value({ searchParams }: URL, path: string, response: ServerResponse): Promise<Tree> {
    let found = look(path);
    if (searchParams.get('wait_for_change')?.toLowerCase() !== 'true') return found;
    const seconds = searchParams.get('timeout_sec');
    await waiters.untilChanged({
      etag: () => etagOf((found = look(path))),
      last: searchParams.get('last_etag') ?? etagOf(found),
      timeout: seconds === null ? undefined : Number(seconds) * 1000,
      onGone: (gone) => response.once('close', gone),
    });
    return found;
  }

  function look(path: string): Tree {
    const project = projectOf(world.store, instanceKey.split('/')[1] ?? '', world.clock.now());
    const found = subtree(metadataTree({ id: project.projectId, number: project.projectNumber }, instance()), path);
    // A value has no slash behind it.
    if (found === undefined || (!isDirectory(found) && path.endsWith('/'))) throw notFound(`${root}${path}`);
    return found;
  }

  function instance(): Instance {
    const found = world.store.get<Instance>('instances', instanceKey);
    if (!found) throw new Refusal(503, 'The instance is gone.');
    return found;
  }

  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      waiters.stop();
      const closed = new Promise((resolve) => void server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

// Google's guard against requests that a page or a proxy was tricked into.
function checkHeaders({ headers }: IncomingMessage): void {
  if (headers['metadata-flavor'] !== 'Google') throw new Refusal(403, 'Missing Metadata-Flavor:Google header.');
  if (headers['x-forwarded-for'] !== undefined) throw new Refusal(403, 'X-Forwarded-For header is not allowed.');
}

function show({ pathname, search, searchParams }: URL, path: string, found: Tree, response: ServerResponse): void {
  const alt = searchParams.get('alt');
  response.setHeader('ETag', etagOf(found));
  if (!isDirectory(found)) {
    if (alt === 'json') return send(response, JSON.stringify(found), 'application/json');
    return send(response, Array.isArray(found) ? `${found.join('\n')}\n` : String(found));
  }
  if (!path.endsWith('/')) {
    response.writeHead(301, { location: `${pathname}/${search}` }).end();
    return;
  }
  if (searchParams.get('recursive')?.toLowerCase() !== 'true') return send(response, listing(found));
  if (alt === 'text') return send(response, asText(found));
  send(response, JSON.stringify(asJson(found, path.slice(0, -1))), 'application/json');
}

function etagOf(tree: Tree): string {
  return createHash('sha256').update(JSON.stringify(tree)).digest('hex').slice(0, 16);
}

function refuse(response: ServerResponse, error: unknown): void {
  const { status, message } = error instanceof Refusal ? error : new Refusal(500, String(error));
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/html; charset=UTF-8' });
  response.end(`<!DOCTYPE html>\n<title>Error ${status}</title>\n<p>${message}</p>\n`);
}

function send(response: ServerResponse, text: string, type = 'application/text'): void {
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
