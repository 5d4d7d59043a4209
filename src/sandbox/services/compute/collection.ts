import * as z from 'zod';

import { publicPart } from '../../service.ts';
import type { Effect, Handler, World } from '../../service.ts';
import { method } from './call.ts';
import type { Call, Scope } from './call.ts';
import { aggregatedReply, listReply } from './pages.ts';
import { selfLink } from './path.ts';
import { prune } from './prune.ts';
import { requireCount } from './quota.ts';
import { alreadyExists, inUse, inUseText, notReady } from './refusals.ts';
import { labelled, Labels } from './labels.ts';
import { change, operate, resourcePath } from './operate.ts';
import { checkFingerprint, find, parseBody } from './resource.ts';
import type { Resource } from './resource.ts';
import { OperationError } from '../../operation-error.ts';
import { timestamp } from './time.ts';
import { regionNames, zoneNames } from './zones.ts';

/** What is particular about one kind of resource; everything else, all kinds have in common. */
export interface Definition<Schema extends z.ZodType<{ name: string }>> {
  /** Last part of the list's path, and the kind in the store: `networks`. */
  collection: string;
  /** `compute#network` */
  kind: string;
  /** Google's word for it in refusals: `network`, `instance_template`. */
  noun: string;
  scope: 'global' | 'region' | 'zone';
  body: Schema;
  /** The fields that differ from what the client sent: defaults, full URLs, what Google computes. */
  make(body: z.output<Schema>, call: Call, path: string): object;
  /** Done at once when the resource is there. */
  made?(call: Call, resource: Resource): void;
  /** Done when the operation that made it has ended. */
  ready?(world: World, path: string): void;
  /** Fields of an answer that follow from other resources. */
  show?(resource: Resource, call: Call): object;
  /** The fields that PATCH changes; without it there is no PATCH. */
  patch?(old: Resource, body: Record<string, unknown>, call: Call): object;
  /** Work that is done when the operation of a PATCH has ended. */
  patched?(path: string): { name: string; args: object };
  /** Paths of what forbids deletion. */
  users?(world: Pick<World, 'store'>, path: string, resource: Resource): Iterable<string>;
  /** Done when a deletion begins. */
  removing?(world: World, path: string, resource: Resource): void;
  /** Done when the resource is gone. */
  removed?(world: World, path: string, resource: Resource): void;
  /** The quota that counts these. */
  quota?: string;
  hasLabels?: boolean;
}

/** Takes a resource back whose making ended in `error`. */
export type Undo = (world: World, path: string, error: OperationErrors['errors'][number]) => void;

/** The `error` of an operation that failed. */
interface OperationErrors {
  errors: { code: string; message: string; errorDetails?: readonly object[] }[];
}

/** Routes and later work, to be merged into the service's definition. */
export interface Part {
  routes: Record<string, Handler>;
  effects?: Record<string, Effect>;
  /** By collection: takes back what an insertion made whose operation failed. */
  undo?: Record<string, Undo>;
}

const NewLabels = z.looseObject({ labels: Labels.optional(), labelFingerprint: z.string().nullish() });

const scopePaths = { global: 'global', region: 'regions/{region}', zone: 'zones/{zone}' };
const scopes = {
  global: ['global'],
  region: regionNames.map((name) => `regions/${name}`),
  zone: zoneNames.map((name) => `zones/${name}`),
};

/** insert, get, list, aggregatedList, delete, patch and setLabels of one kind of resource. */
export function collection<Schema extends z.ZodType<{ name: string }>>(
  definition: Definition<Schema>,
): Part & Required<Pick<Part, 'effects'>> {
  const { collection: plural } = definition;
  const list = `/compute/v1/projects/{project}/${scopePaths[definition.scope]}/${plural}`;
  const one = `${list}/{name}`;
  const guard = (verb: string, handler: (call: Call) => unknown): Handler =>
    method(`compute.${plural}.${verb}`, handler, (call) => resourcePath(call, plural));
  return {
    routes: {
      [`POST ${list}`]: guard('create', (call) => insert(definition, call)),
      [`GET ${list}`]: guard('list', (call) =>
        listReply(call.request, definition.kind, `${call.parent}/${plural}`, shownList(definition, call)),
      ),
      [`GET ${one}`]: guard('get', (call) => shown(definition, findHere(definition, call), call)),
      [`DELETE ${one}`]: guard('delete', (call) => remove(definition, call)),
      ...(definition.scope === 'global'
        ? {}
        : {
            [`GET /compute/v1/projects/{project}/aggregated/${plural}`]: guard('list', (call) =>
              aggregate(definition, call),
            ),
          }),
      ...(definition.patch ? { [`PATCH ${one}`]: guard('update', (call) => patch(definition, call)) } : {}),
      ...(definition.hasLabels
        ? { [`POST ${one}/setLabels`]: guard('setLabels', (call) => setLabels(plural, call)) }
        : {}),
    },
    effects: {
      [`compute.${plural}.made`]: (world: World, { path }: { path: string }) => finishMaking(definition, world, path),
      [`compute.${plural}.remove`]: (world: World, { path }: { path: string }) =>
        finishRemoving(definition, world, path),
    },
    undo: { [plural]: (world, path) => drop(definition, world, path) },
  };
}

function insert<Schema extends z.ZodType<{ name: string }>>(definition: Definition<Schema>, call: Call): object {
  const { collection: plural, kind } = definition;
  const body = parseBody(definition.body, prune(call.request.body ?? {}));
  const path = `${call.parent}/${plural}/${body.name}`;
  if (call.store.get(plural, path)) throw alreadyExists(path);
  const made = definition.make(body, call, path);
  const id = call.store.nextId();
  if (definition.quota) {
    const refusal = requireCount(call, definition.quota);
    if (refusal) return operate(call, 'insert', { selfLink: selfLink(path), id }, refusal);
  }
  const resource = prune({
    kind,
    id,
    creationTimestamp: timestamp(call.now),
    ...body,
    ...made,
    ...scopeLink(call),
    name: body.name,
    selfLink: selfLink(path),
  }) as Resource;
  const operation = operate(call, 'insert', resource, { name: `compute.${plural}.made`, args: { path } });
  const { name } = operation as { name: string };
  call.store.put(plural, path, { ...resource, _making: name });
  definition.made?.(call, resource);
  return operation;
}

function scopeLink({ scope, parent }: Call): object {
  if (scope === 'global') return {};
  return { [scope.startsWith('zones/') ? 'zone' : 'region']: selfLink(parent) };
}

function finishMaking(
  { collection: plural, ready }: Pick<Definition<never>, 'collection' | 'ready'>,
  world: World,
  path: string,
): void {
  const resource = world.store.get<Resource>(plural, path);
  if (!resource) return;
  const { _making, ...made } = resource;
  world.store.put(plural, path, made);
  ready?.(world, path);
}

function findHere({ collection: plural }: { collection: string }, call: Call): Resource {
  return find(call.store, plural, resourcePath(call, plural));
}

function shown<Schema extends z.ZodType<{ name: string }>>(
  definition: Definition<Schema>,
  resource: Resource,
  call: Call,
): object {
  return publicPart(definition.show ? { ...resource, ...definition.show(resource, call) } : resource);
}

function shownList<Schema extends z.ZodType<{ name: string }>>(definition: Definition<Schema>, call: Call): object[] {
  const { collection: plural } = definition;
  return call.store.list<Resource>(plural, `${call.parent}/${plural}/`).map((one) => shown(definition, one, call));
}

function aggregate<Schema extends z.ZodType<{ name: string }>>(definition: Definition<Schema>, call: Call): object {
  const { collection: plural, kind, scope } = definition;
  const { projectId: project } = call.project;
  const values = Array.from(
    call.store.entries<Resource>(plural, `projects/${project}/`),
    ([key, value]) => [scopeOfKey(key), shown(definition, value, call)] as const,
  );
  // Some regional kinds exist globally too: addresses, templates.
  const isGlobalToo = values.some(([where]) => where === 'global');
  const all = isGlobalToo ? ['global', ...scopes[scope]] : scopes[scope];
  return aggregatedReply(call.request, { kind, collection: plural, project, scopes: all }, values);
}

function scopeOfKey(key: string): Scope {
  const [, , first = '', second = ''] = key.split('/');
  return first === 'global' ? 'global' : (`${first}/${second}` as Scope);
}

function remove<Schema extends z.ZodType<{ name: string }>>(definition: Definition<Schema>, call: Call): object {
  const { collection: plural, noun } = definition;
  const resource = findHere(definition, call);
  const path = `${call.parent}/${plural}/${resource.name}`;
  if (resource._making !== undefined) throw notReady(path);
  for (const user of definition.users?.(call.request, path, resource) ?? []) throw inUse(noun, path, user);
  definition.removing?.(call.request, path, resource);
  return operate(call, 'delete', resource, { name: `compute.${plural}.remove`, args: { path } });
}

function finishRemoving<Schema extends z.ZodType<{ name: string }>>(
  { collection: plural, noun, users, removed }: Definition<Schema>,
  world: World,
  path: string,
): void {
  const resource = world.store.get<Resource>(plural, path);
  if (!resource) return;
  // Somebody may have begun to use it since the request.
  for (const user of users?.(world, path, resource) ?? []) {
    throw new OperationError('RESOURCE_IN_USE_BY_ANOTHER_RESOURCE', inUseText(noun, path, user));
  }
  drop({ collection: plural, removed }, world, path);
}

function drop(
  { collection: plural, removed }: Pick<Definition<never>, 'collection' | 'removed'>,
  world: World,
  path: string,
): void {
  const resource = world.store.get<Resource>(plural, path);
  if (!resource) return;
  world.store.delete(plural, path);
  removed?.(world, path, resource);
}

function patch<Schema extends z.ZodType<{ name: string }>>(definition: Definition<Schema>, call: Call): object {
  const resource = findHere(definition, call);
  const body = (call.request.body ?? {}) as Record<string, unknown>;
  // A null in Google's JSON is a field that was not sent.
  const sent = body['fingerprint'] ?? undefined;
  if (sent !== undefined) checkFingerprint(sent, resource['fingerprint']);
  const fields = definition.patch?.(resource, body, call) ?? {};
  const effect = definition.patched?.(`${call.parent}/${definition.collection}/${resource.name}`);
  return change(call, definition.collection, resource, 'patch', fields, effect);
}

function setLabels(plural: string, call: Call): object {
  const resource = find(call.store, plural, resourcePath(call, plural));
  const body = parseBody(NewLabels, call.request.body);
  checkFingerprint(body.labelFingerprint, resource.labelFingerprint, 'Labels');
  const fields = { labels: undefined, ...labelled(body.labels) };
  return change(call, plural, resource, 'setLabels', fields);
}
