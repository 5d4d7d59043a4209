import type { IncomingMessage } from 'node:http';

import type { Store } from '../service.ts';
import { deleteGuestAttribute, guestAttributes, putGuestAttribute } from './guest-attributes.ts';
import { notFound, Refusal } from './refusal.ts';

// Characters of one value: https://cloud.google.com/compute/docs/metadata/manage-guest-attributes#limitations
const most = 262_144;

/**
 * Answers a request for `guest-attributes/<names>`: lists, reads, sets, deletes.
 * https://cloud.google.com/compute/docs/metadata/manage-guest-attributes
 */
export async function answerGuestAttribute(
  store: Store,
  instanceKey: string,
  request: IncomingMessage,
  names: readonly string[],
): Promise<string> {
  const [namespace, key] = names;
  if (request.method === 'GET') {
    const text = read(store, instanceKey, namespace, key);
    if (!text) throw notFound(request.url ?? '');
    return text;
  }
  if (namespace === undefined || key === undefined || names.length > 2) {
    throw new Refusal(400, 'A namespace and a key are needed.');
  }
  if (request.method === 'PUT') {
    putGuestAttribute(store, instanceKey, { namespace, key, value: await body(request) });
  } else if (request.method !== 'DELETE') {
    throw new Refusal(405, 'Method not allowed.');
  } else if (!deleteGuestAttribute(store, instanceKey, namespace, key)) {
    throw notFound(request.url ?? '');
  }
  return '';
}

function read(store: Store, instanceKey: string, namespace?: string, key?: string): string | undefined {
  const attributes = guestAttributes(store, instanceKey, namespace);
  if (key !== undefined) return attributes.find((one) => one.key === key)?.value;
  const lines = attributes.map((one) => (namespace === undefined ? `${one.namespace}/\n` : `${one.key}\n`));
  return [...new Set(lines)].join('');
}

async function body(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > most) throw new Refusal(413, 'The value is too large.');
  }
  return text;
}
