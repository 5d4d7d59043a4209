import { fail } from './faults.ts';
import type { Fault, FaultContext } from './faults.ts';
import { judgeRefusal, refusalCode, zonesWithRoom } from './refusals.ts';
import type { Action, Said, Verdict } from './refusals.ts';

/** What the fault of a refusal names beside Google's words. */
export interface RefusalFacts {
  project: string;
  /** The deployment's name; left out where there is none yet. */
  deployment?: string;
  /** What was being done: `apply google_compute_network.main`. */
  what: string;
  /** What could not be had (`2 x a2-highgpu-2g`), and where. */
  machines?: string;
  zones?: string;
  /** Zones that have room and that the user does not name. */
  elsewhere?: readonly string[];
  bucket?: string;
  /** The command that goes on from here. */
  again?: string;
}

/**
 * The fault that a refusal of Google's becomes, with Google's code, and what we do by ourselves about it; `undefined` for
 * a refusal that we do not know.
 */
export function refusalFault(said: Said, facts: RefusalFacts, given: FaultContext = {}): Fault | undefined {
  const verdict = judgeRefusal(said);
  if (verdict === undefined) return undefined;
  const told: Told = { ...facts, text: said.text, reason: firstLine(said.text), ...denied(said.text) };
  const context = { googleCode: refusalCode(said), google: said.text, done: done[verdict.action], ...given };
  return faults[verdict.fault](told, context);
}

/** Who may not, and which permission that is, as far as Google says it. */
export function denied(text: string): { who: string; missing: string | undefined; member: string } {
  const [, who] = /(\S+@\S+) does not have /.exec(text) ?? [];
  const [, required, missing, permission] =
    /Required '([\w.]+)' permission|does not have ([\w.]+) access|Permission '([\w.]+)' denied/.exec(text) ?? [];
  return {
    who: who ?? 'this login',
    missing: required ?? missing ?? permission,
    member: who === undefined ? 'user:YOU' : memberOf(who),
  };
}

/** `user:me@example.com`, as a binding of a policy says it. */
export function memberOf(email: string): string {
  return email.endsWith('.gserviceaccount.com') ? `serviceAccount:${email}` : `user:${email}`;
}

interface Told extends RefusalFacts, ReturnType<typeof denied> {
  /** All that Google says, and its first line. */
  text: string;
  reason: string;
}

const faults: Readonly<Record<Verdict['fault'], (told: Told, context: FaultContext) => Fault>> = {
  ZONE_STOCKED_OUT({ what, machines = what, reason, zones = reason, text, elsewhere = zonesWithRoom(text) }, context) {
    const hint = elsewhere.length > 0 ? `; Google says that there is room in ${elsewhere.join(', ')}` : '';
    return fail(
      'ZONE_STOCKED_OUT',
      { what: machines, zones: zones + hint },
      { details: { zonesAvailable: elsewhere }, ...context },
    );
  },
  QUOTA_SHORT: ({ project, reason }, context) => fail('QUOTA_SHORT', { project, list: `  ${reason}` }, context),
  RATE_LIMITED: ({ what, reason }, context) => fail('RATE_LIMITED', { what, reason }, context),
  PLACEMENT_REFUSED: ({ reason }, context) => fail('PLACEMENT_REFUSED', { reason }, context),
  RESOURCES_REMAIN: ({ deployment = '', reason, again = ownDestroy }, context) =>
    fail('RESOURCES_REMAIN', { resources: '1 resource', deployment, list: reason, command: again }, context),
  NAME_TAKEN: ({ project, deployment = '', text }, context) =>
    fail('NAME_TAKEN', { prefix: deployment, project, list: resourceIn(text), command: ownCleanup }, context),
  BUCKET_NAME_TAKEN: ({ project, bucket = '' }, context) =>
    fail('BUCKET_NAME_TAKEN', { project, names: bucket }, context),
  BUCKET_DENIED: ({ who, member, project, bucket = '' }, context) =>
    fail('BUCKET_DENIED', { who, member, project, bucket, what: 'make', permissions: domainProof }, context),
  API_DISABLED: ({ project, text }, context) => fail('API_DISABLED', { project, apis: apiIn(text) }, context),
  BILLING_DISABLED: ({ project }, context) => fail('BILLING_DISABLED', { project }, context),
  POLICY_VIOLATED: ({ reason }, context) => fail('POLICY_VIOLATED', { policy: reason }, context),
  STATE_CHANGED: ({ deployment = '', reason }, context) => fail('STATE_CHANGED', { deployment, reason }, context),
  NO_CREDENTIALS: ({ reason }, context) => fail('NO_CREDENTIALS', { reason }, context),
  CREDENTIALS_EXPIRED: ({ reason }, context) => fail('CREDENTIALS_EXPIRED', { reason }, context),
  QUOTA_PROJECT_DENIED: ({ project, reason }, context) => fail('QUOTA_PROJECT_DENIED', { project, reason }, context),
  SERVICE_ACCOUNT_UNKNOWN: ({ reason }, context) => fail('SERVICE_ACCOUNT_UNKNOWN', { reason }, context),
  PERMISSION_DENIED: ({ who, what, project, missing, reason }, context) =>
    fail(
      'PERMISSION_DENIED',
      { who, what, project, permissions: missing ?? `one that Google does not name (${reason})` },
      context,
    ),
  OPTIONS_WRONG: ({ reason }, context) => fail('OPTIONS_WRONG', { count: 1, list: `  ${reason}` }, context),
};

const ownDestroy = 'cluster-provision destroy';
const ownCleanup = 'cluster-provision cleanup';
// A bucket whose name has dots is a domain's: https://cloud.google.com/storage/docs/domain-name-verification
const domainProof = 'proof that the domain in its name is yours';

// What stands in the third line where the action that met the refusal has nothing better to say.
const done: Readonly<Record<Action, string>> = {
  RETRY: 'it was asked for again, for as long as that made sense',
  FAILOVER: 'no other zone of the list is left to be tried',
  ADOPT: 'looked whether it is ours: it is not, and was left alone',
  RESUME: 'what was begun is written down; the same command goes on from there',
  STOP: 'nothing was asked for again: the answer would be the same',
  ASK: 'nothing: the choice is yours',
};

function apiIn(text: string): string {
  const [, inLink, inDetails] = /\b([a-z-]+\.googleapis\.com)\/overview|"service": "([^"]+)"/.exec(text) ?? [];
  return inLink ?? inDetails ?? 'one of them';
}

function resourceIn(text: string): string {
  return /'[^']*?(projects\/[^']+)'/.exec(text)?.[1] ?? firstLine(text);
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
