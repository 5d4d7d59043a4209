import { byteOrder } from '../../order.ts';
import { ApiError } from '../../service.ts';

// https://cloud.google.com/storage/docs/json_api/v1/objects/list: at most 1,000 results a page.
const most = 1000;

/** The page of a sorted list that the query asks for, and the token of the next one. */
export function pageOf<T>(
  all: readonly T[],
  key: (item: T) => string,
  query: Readonly<Record<string, string | undefined>>,
): { items: T[]; nextPageToken?: string } {
  const start = pageStart(query);
  const rest = all.filter((item) => byteOrder(key(item), start) >= 0);
  const items = rest.slice(0, pageSize(query));
  const next = rest[items.length];
  return next === undefined ? { items } : { items, nextPageToken: pageToken(key(next)) };
}

/** How many results a page holds. Throws 400 for what is no number. */
export function pageSize(query: Readonly<Record<string, string | undefined>>): number {
  const text = query['maxResults'] ?? String(most);
  if (!/^\d+$/.test(text)) throw new ApiError(400, 'invalidParameter', `Invalid value for maxResults: ${text}`);
  return Math.min(Number(text) || most, most);
}

/** The token that leads to the page which begins with `key`. */
export function pageToken(key: string): string {
  return Buffer.from(`\n${key}`).toString('base64');
}

/** The key with which the asked page begins. Throws 400 for a token that was never given. */
export function pageStart({ pageToken: token }: Readonly<Record<string, string | undefined>>): string {
  if (!token) return '';
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('\n')) throw new ApiError(400, 'invalid', `Invalid page token: ${token}`);
  return text.slice(1);
}
