import { describe, expect, it } from 'vitest';

import { growths } from './_configurations.ts';
import type { Growth } from './_configurations.ts';
import { openPlayground } from './_playground.ts';
import { realProvider } from './_providers.ts';
import type { RecordedRequest } from './_recorder.ts';

// Numbers, times and addresses that the sandbox draws anew.
const drawn =
  /^(.*_?id|.*fingerprint|self_link_unique|address|nat_ip|ip_addresses|reserved_ip_range|etag|.*timestamp|time_created|updated|create_time|effective_time|generation|media_link|access_token|dashboard_json|operation)$/;
// Names and numbers of templates, and of dashboards.
const drawnNames = /\d{26}|\d{18}[0-9a-f]{8}|(?<=instanceTemplates\/)\d+|(?<=dashboards\/)[0-9a-f-]{36}/g;
// The real provider leaves the region of a NAT empty where the provider block has it.
const ours = new Set(['google_compute_router_nat.nat.region']);

describe.skipIf(realProvider === undefined)('the real provider (skipped where it is not installed)', () => {
  it.concurrent.each(growths)('plans, sends and keeps the same for $name', { timeout: 900_000 }, async (growth) => {
    const embedded = await record(growth);
    const real = await record(growth, realProvider);

    expect(embedded).toEqual(real);
  });
});

/** What both versions of a configuration plan, and the state after each. */
async function record(growth: Growth, real?: string): Promise<Record<string, unknown>> {
  // The real provider looks once and then every 10 s.
  await using playground = await openPlayground(real === undefined ? {} : { real, latency: 0 });
  const recorded: Record<string, unknown> = {};
  for (const version of [1, 2] as const) {
    await playground.write(growth.at(version));
    recorded[`plan ${version}`] = await playground.plan();
    await playground.succeed('apply', '-auto-approve');
    recorded[`state ${version}`] = comparable(await playground.state(), '');
    recorded[`then ${version}`] = await playground.plan();
  }
  await playground.succeed('destroy', '-auto-approve');
  return { ...recorded, requests: playground.requests.flatMap(comparableRequest).toSorted() };
}

/** One line for each request. IAM policies are left out: the real provider gathers changes for a while and writes them together. */
function comparableRequest({ method, path, body }: RecordedRequest): string[] {
  if (/[gs]etIamPolicy|\/iam(\?|$)/.test(path)) return [];
  const url = new URL(path, 'http://sandbox');
  for (const name of ['alt', 'prettyPrint', 'generation']) url.searchParams.delete(name);
  url.searchParams.sort();
  // With http endpoints some of the real provider's clients say the version twice.
  const where = decodeURIComponent(url.pathname.replace('/v1/v1/', '/v1/') + url.search);
  const what = typeof body === 'string' ? '' : JSON.stringify(comparable(body, '.'));
  return [`${method} ${where} ${what}`.replaceAll(drawnNames, 'DRAWN')];
}

/** Without what is drawn anew, and without what is empty: one provider writes null where the other writes nothing. */
function comparable(value: unknown, path: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => comparable(item, path));
    return items.filter((item) => !isEmpty(item)).toSorted(byText);
  }
  if (typeof value === 'string') return value.replaceAll(drawnNames, 'DRAWN');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.flatMap(([name, item]) => {
      const at = path === '' ? name : `${path}.${name}`;
      const compared = comparable(item, at);
      return drawn.test(name) || ours.has(at) || isEmpty(compared) ? [] : [[name, compared]];
    }),
  );
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
