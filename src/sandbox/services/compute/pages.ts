import { ApiError, publicPart } from '../../service.ts';
import type { Request } from '../../service.ts';
import { parseFilter } from './filter.ts';
import { selfLink } from './path.ts';

// https://cloud.google.com/compute/docs/reference/rest/v1/instances/list: "Acceptable values are 0 to 500, inclusive. (Default: 500)"
const largestPage = 500;

/** One page of what passes the request's filter, and the token of the next one. */
export function page<T extends object>(
  request: Pick<Request, 'query'>,
  values: readonly T[],
  largest = largestPage,
): { items: T[]; nextPageToken?: string } {
  const { filter, maxResults, pageToken } = request.query;
  const wanted = maxResults === undefined ? largest : Number(maxResults);
  if (!Number.isInteger(wanted) || wanted < 0) {
    throw new ApiError(400, 'invalid', `Invalid value for field 'maxResults': '${maxResults}'. Must be an integer.`);
  }
  const test = parseFilter(filter);
  const start = pageToken ? startOf(pageToken) : 0;
  const size = wanted === 0 ? largest : Math.min(wanted, largest);
  const passing = values.filter(test);
  const items = passing.slice(start, start + size);
  const end = start + items.length;
  return { items, ...(end < passing.length ? { nextPageToken: tokenOf(end) } : {}) };
}

/** The answer of a list method: `{kind, id, items, selfLink}`. */
export function listReply<T extends object>(
  request: Request,
  kind: string,
  path: string,
  values: readonly T[],
): object {
  const { items, nextPageToken } = page(request, values);
  return {
    kind: `${kind}List`,
    id: path,
    ...(items.length > 0 ? { items: items.map(publicPart) } : {}),
    selfLink: selfLink(path),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
  };
}

/**
 * The answer of an aggregated list: values by scope. A scope without any says so in a warning, as Google does.
 * `scopes` are all scopes that the collection has (`zones/us-central1-a`, `regions/us-central1`, `global`).
 */
export function aggregatedReply<T extends object>(
  request: Request,
  list: { kind: string; collection: string; project: string; scopes: readonly string[] },
  values: readonly (readonly [scope: string, value: T])[],
): object {
  const test = parseFilter(request.query['filter']);
  const { items, nextPageToken } = page(
    { query: { ...request.query, filter: undefined } },
    values.filter(([, value]) => test(value)),
  );
  const byScope = new Map<string, T[]>();
  for (const [scope, value] of items) {
    const found = byScope.get(scope);
    if (found) found.push(publicPart(value));
    else byScope.set(scope, [publicPart(value)]);
  }
  const path = `projects/${list.project}/aggregated/${list.collection}`;
  return {
    kind: `${list.kind}AggregatedList`,
    id: path,
    items: Object.fromEntries(
      list.scopes.map((scope) => {
        const found = byScope.get(scope);
        return [scope, found ? { [list.collection]: found } : emptyScope(scope)];
      }),
    ),
    selfLink: selfLink(path),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
  };
}

function emptyScope(scope: string): object {
  return {
    warning: {
      code: 'NO_RESULTS_ON_PAGE',
      message: `There are no results for scope '${scope}' on this page.`,
      data: [{ key: 'scope', value: scope }],
    },
  };
}

function tokenOf(index: number): string {
  return Buffer.from(`from ${index}`).toString('base64url');
}

function startOf(token: string): number {
  const index = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (index === undefined) {
    throw new ApiError(400, 'invalid', `Invalid value for field 'pageToken': '${token}'. Invalid page token.`);
  }
  return Number(index);
}
