import { suggest } from '../core/suggest.ts';
import { isAddress } from './address-ranges.ts';
import { distinctPaths } from './buckets.ts';
import { listOf, parseMachinePath } from './kinds.ts';
import type { Kind } from './option.ts';
import { Refusal } from './refusal.ts';

/** A Filestore share to make, or one that exists, and where the machines see it. */
export type NfsShare = { path: string; tier: string; sizeGb: number } | { path: string; server: string; share: string };

// Least GB of each tier: https://docs.cloud.google.com/filestore/docs/service-tiers
const tiers: Readonly<Record<string, number>> = {
  BASIC_HDD: 1024,
  BASIC_SSD: 2560,
  HIGH_SCALE_SSD: 10_240,
  ZONAL: 1024,
  REGIONAL: 1024,
  ENTERPRISE: 1024,
};

// What the versions before asked for when no size was given.
const usualGb = 2560;
const mostGb = 102_400;

/** `/path:TIER[:GB],…` for new shares, `/path:existing:IP:/share` for one that is there already. */
export function nfsShares(): Kind<NfsShare[]> {
  const shares = listOf(
    { allowed: 'a share such as /nfs:BASIC_SSD:2560 or /nfs:existing:10.0.0.2:/share', parse: parseShare },
    'a list of /path:TIER[:GB] or /path:existing:IP:/share',
  );
  return { ...shares, parse: (text) => distinctPaths(shares.parse(text)) };
}

function parseShare(text: string): NfsShare {
  const [place = '', kind, ...rest] = text.split(':');
  if (kind === undefined) throw new Refusal();
  const path = parseMachinePath(place);
  return kind.toLowerCase() === 'existing' ? existing(path, rest) : made(path, kind.toUpperCase(), rest);
}

function existing(path: string, rest: readonly string[]): NfsShare {
  const [server = '', share = '', ...more] = rest;
  if (!isAddress(server)) throw new Refusal(`'${server}' is not the IPv4 address of a file server`);
  if (!share.startsWith('/') || more.length > 0) throw new Refusal(`'${share}' is not a share such as /share`);
  return { path, server, share };
}

function made(path: string, tier: string, rest: readonly string[]): NfsShare {
  const [size, ...more] = rest;
  const least = Object.hasOwn(tiers, tier) ? tiers[tier] : undefined;
  if (least === undefined) {
    const known = Object.keys(tiers);
    throw new Refusal(`'${tier}' is not one of ${known.join(', ')}`, suggest(tier, known));
  }
  const sizeGb = size === undefined ? Math.max(usualGb, least) : Number(/^\d{1,7}$/.exec(size)?.[0]);
  if (!(sizeGb >= least && sizeGb <= mostGb) || more.length > 0) {
    throw new Refusal(`'${[size, ...more].join(':')}' is not a size for ${tier}: ${least} to ${mostGb} GB`);
  }
  return { path, tier, sizeGb };
}
