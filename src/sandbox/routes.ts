import { ApiError } from './service.ts';
import type { Handler, ServiceDefinition } from './service.ts';

/** What a path leads to: the service, its handler, and the values of the `{names}`. */
export interface Match {
  service: ServiceDefinition;
  /** The route as the service wrote it: `GET /storage/v1/b/{bucket}`. */
  route: string;
  handler: Handler;
  raw: boolean;
  params: Record<string, string>;
}

/** Finds the route of a request; `undefined` when no service has one. Throws 400 for a path that cannot be unescaped. */
export type Router = (method: string, path: string) => Match | undefined;

interface Leaf {
  service: ServiceDefinition;
  route: string;
  handler: Handler;
  raw: boolean;
  names: readonly string[];
}

// One place in the tree of path segments. The most exact branch is tried first: literal, {name}:verb, {name}, {name=**}.
interface Place {
  literals: Map<string, Place>;
  verbs: [suffix: string, place: Place][];
  any?: Place;
  rest?: Place;
  leaves: Map<string, Leaf>;
}

/** A router over all routes of all services; two services with one route is a bug and throws. */
export function createRouter(services: readonly ServiceDefinition[]): Router {
  const root = place();
  for (const service of services) {
    for (const [route, target] of Object.entries(service.routes)) add(root, service, route, target);
  }
  return (method, path) => {
    const segments = withoutDoubledVersion(path).split('/').slice(1);
    const values: string[] = [];
    const leaf = find(root, method === 'HEAD' ? 'GET' : method, segments, 0, values);
    if (!leaf) return undefined;
    const params: Record<string, string> = {};
    for (const [index, name] of leaf.names.entries()) params[name] = unescape(values[index] ?? '');
    return { service: leaf.service, route: leaf.route, handler: leaf.handler, raw: leaf.raw, params };
  };
}

function add(
  root: Place,
  service: ServiceDefinition,
  route: string,
  target: ServiceDefinition['routes'][string],
): void {
  const [method = '', template = ''] = route.split(' ');
  const names: string[] = [];
  let here = root;
  for (const segment of `${service.mount}${template}`.split('/').slice(1)) {
    const hole = /^\{(\w+)(=\*\*)?\}(:\w+)?$/.exec(segment);
    if (hole?.[1]) names.push(hole[1]);
    here = step(here, segment, hole);
  }
  if (here.leaves.has(method)) throw new Error(`two services answer ${route}`);
  const raw = typeof target !== 'function';
  here.leaves.set(method, { service, route, handler: raw ? target.handler : target, raw, names });
}

function step(here: Place, segment: string, hole: RegExpExecArray | null): Place {
  if (hole?.[2]) return (here.rest ??= place());
  if (hole?.[3]) {
    const known = here.verbs.find(([suffix]) => suffix === hole[3]);
    if (known) return known[1];
    const next = place();
    here.verbs.push([hole[3], next]);
    return next;
  }
  if (hole) return (here.any ??= place());
  let next = here.literals.get(segment);
  if (!next) here.literals.set(segment, (next = place()));
  return next;
}

function find(here: Place, method: string, segments: string[], index: number, values: string[]): Leaf | undefined {
  const segment = segments[index];
  const depth = values.length;
  // A slash at the end means nothing to Google's JSON APIs.
  const ends = segment === undefined || (segment === '' && index === segments.length - 1);
  if (ends && here.leaves.has(method)) return here.leaves.get(method);
  if (segment === undefined) return undefined;

  const literal = here.literals.get(segment);
  const exact = literal && find(literal, method, segments, index + 1, values);
  if (exact) return exact;
  for (const [suffix, next] of here.verbs) {
    if (!segment.endsWith(suffix)) continue;
    values.length = depth;
    values.push(segment.slice(0, -suffix.length));
    const leaf = find(next, method, segments, index + 1, values);
    if (leaf) return leaf;
  }
  values.length = depth;
  if (here.any && segment !== '') {
    values.push(segment);
    const leaf = find(here.any, method, segments, index + 1, values);
    if (leaf) return leaf;
    values.length = depth;
  }
  const rest = here.rest?.leaves.get(method);
  if (rest) values.push(segments.slice(index).join('/'));
  return rest;
}

// With http:// endpoints several of the provider's clients add the API's version to a path that has it already.
function withoutDoubledVersion(path: string): string {
  if (!path.includes('.googleapis.com/')) return path;
  return path.replace(/^(\/[^/]+\.googleapis\.com)\/(v\d\w*)\/\2\//, '$1/$2/');
}

function unescape(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiError(400, 'invalid', `the path holds an escape that is not UTF-8: ${text}`);
  }
}

function place(): Place {
  return { literals: new Map(), verbs: [], leaves: new Map() };
}
