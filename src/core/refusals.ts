/**
 * What Google said when it said no, wherever we met it: the answer of a call, the end of an operation, a machine that a
 * group could not make, an error of Terraform's.
 */
export interface Said {
  /** HTTP status. */
  status?: number | undefined;
  /** The operation's code, or the word of the answer: `QUOTA_EXCEEDED`, `forbidden`. */
  code?: string | undefined;
  /** `reason` of the errorInfo, which can say something else than the code. */
  reason?: string | undefined;
  text: string;
  /** Method and path of the call: `POST /upload/storage/v1/b/state/o`. */
  call?: string | undefined;
}

/** The kinds of refusal that we answer in a way of their own. */
export type Kind = keyof typeof kinds;

/** What we do about a refusal by ourselves; what it does not say is left to the user. */
export type Action = 'RETRY' | 'FAILOVER' | 'ADOPT' | 'RESUME' | 'STOP' | 'ASK';

const kinds = {
  stockout: { action: 'FAILOVER', fault: 'ZONE_STOCKED_OUT' },
  reserved: { action: 'FAILOVER', fault: 'ZONE_STOCKED_OUT' },
  // Once in the same zone, then it is left like one without room.
  'spot lost': { action: 'RETRY', fault: 'ZONE_STOCKED_OUT' },
  quota: { action: 'STOP', fault: 'QUOTA_SHORT' },
  rate: { action: 'RETRY', fault: 'RATE_LIMITED' },
  placement: { action: 'STOP', fault: 'PLACEMENT_REFUSED' },
  'in use': { action: 'RETRY', fault: 'RESOURCES_REMAIN' },
  exists: { action: 'ADOPT', fault: 'NAME_TAKEN' },
  'bucket taken': { action: 'ASK', fault: 'BUCKET_NAME_TAKEN' },
  'bucket domain': { action: 'ASK', fault: 'BUCKET_DENIED' },
  'api off': { action: 'STOP', fault: 'API_DISABLED' },
  billing: { action: 'STOP', fault: 'BILLING_DISABLED' },
  policy: { action: 'STOP', fault: 'POLICY_VIOLATED' },
  changed: { action: 'STOP', fault: 'STATE_CHANGED' },
  'no credentials': { action: 'STOP', fault: 'NO_CREDENTIALS' },
  credentials: { action: 'RESUME', fault: 'CREDENTIALS_EXPIRED' },
  'quota project': { action: 'STOP', fault: 'QUOTA_PROJECT_DENIED' },
  // Right after we made it: again for three minutes, because Google's own parts learn of it one by one.
  'account unknown': { action: 'STOP', fault: 'SERVICE_ACCOUNT_UNKNOWN' },
  permission: { action: 'STOP', fault: 'PERMISSION_DENIED' },
  'too large': { action: 'STOP', fault: 'OPTIONS_WRONG' },
} as const satisfies Record<string, { action: Action; fault: string }>;

// Google's own words, in the order in which they are looked for: a message can hold several of them. Each has a source in
// test/fixtures/refusals.json.
const words: readonly [Kind, RegExp][] = [
  [
    'stockout',
    /ZONE_RESOURCE_POOL_EXHAUSTED|does not have enough resources available to fulfill the request|STOCKOUT|resource_availability|no more capacity in the zone/i,
  ],
  ['reserved', /Insufficient reserved capacity|Specified reservations? .*do(?:es)? not have available resources/i],
  ['spot lost', /failed to start due to preemption|not supported while in state PREEMPTED/i],
  [
    'rate',
    /rateLimitExceeded|RATE_LIMIT_EXCEEDED|CONCURRENT_OPERATIONS_QUOTA_EXCEEDED|Quota exceeded for quota metric .* per (?:minute|second|100 seconds)/i,
  ],
  ['quota', /QUOTA_EXCEEDED|Quota '[^']+' (?:exceeded|exhausted)|quotaExceeded|Quota exceeded for quota metric/i],
  ['placement', /instances of machine type \S+ can be created with this policy/i],
  ['in use', /resourceInUseByAnotherResource|RESOURCE_IN_USE_BY_ANOTHER_RESOURCE|is already being used by/i],
  ['bucket taken', /requested bucket name is not available|that name is not available/i],
  ['bucket domain', /requires domain ownership verification/i],
  ['exists', /alreadyExists|RESOURCE_ALREADY_EXISTS|Error 409:.*already exists|You already own this bucket/i],
  ['api off', /SERVICE_DISABLED|accessNotConfigured|API has not been used in project \S+ before or it is disabled/i],
  [
    'billing',
    /accountDisabled|BILLING_DISABLED|UREQ_PROJECT_BILLING_NOT_FOUND|billing account for the owning project is disabled|absent billing account|Billing must be enabled/i,
  ],
  ['policy', /\bconstraints?\/[\w.]+|violates constraint/i],
  ['no credentials', /GCE metadata "[^"]+" not defined|could not find default credentials/i],
  ['credentials', /invalid_grant|invalid_rapt|rapt_required|oauth2: cannot fetch token|authError|UNAUTHENTICATED/i],
  ['quota project', /USER_PROJECT_DENIED|does not have serviceusage\.services\.use access/i],
  ['account unknown', /serviceAccounts\/\S+' was not found|Service account \S+ does not exist/i],
  ['too large', /is too large: maximum size|exceeds the maximum (?:allowed )?size/i],
  ['permission', /Required '[\w.]+' permission|does not have [\w.]+ access|Permission '[\w.]+' denied/i],
];

/** What a refusal is, and what follows from that. */
export interface Verdict {
  kind: Kind;
  action: Action;
  fault: (typeof kinds)[Kind]['fault'];
}

/**
 * What kind of refusal it is; `undefined` for words that we do not know, which means: stop, keep what exists, and tell.
 * The reason counts before the code, and the code before the text: they have been seen to disagree. Words that Google
 * says of everything (`forbidden`, `conditionNotMet`) count last, and with the call that they are the answer to.
 */
export function judgeRefusal(said: Said): Verdict | undefined {
  const kind = kindIn(said.reason) ?? kindIn(said.code) ?? kindOfWrite(said) ?? kindIn(said.text) ?? kindOfStatus(said);
  return kind && { kind, ...kinds[kind] };
}

/** Google's code as people are told it: `403 forbidden`; the errorInfo's reason beside it where the two disagree. */
export function refusalCode({ status, code, reason }: Said): string {
  const both = code && reason && kindIn(code) !== kindIn(reason);
  const word = both ? `${code} (errorInfo: ${reason})` : code || reason;
  return [status, word].filter(Boolean).join(' ');
}

/** Zones that Google says have room now, where it says so in its message. */
export function zonesWithRoom(text: string): string[] {
  const sentence = /in the ([a-z0-9, -]+) zone\(s\), which currently ha/.exec(text)?.[1];
  const field = /"?zonesAvailable"?: "?([a-z0-9, -]+)/.exec(text)?.[1];
  return (sentence ?? field ?? '').split(/[,\s]+/).filter((zone) => zone !== '');
}

/** Whose use of a thing stops its deletion: both as paths below `projects/`. */
export function usersIn(text: string): { used: string; by: string }[] {
  const path = /'[^']*?(projects\/[^']+)' is already being used by '[^']*?(projects\/[^']+)'/g;
  return [...text.matchAll(path)].map(([, used = '', by = '']) => ({ used, by }));
}

function kindIn(text: string | undefined): Kind | undefined {
  return text ? words.find(([, pattern]) => pattern.test(text))?.[0] : undefined;
}

// A precondition of our own on an object; of anything else 412 can be an organisation's policy.
function kindOfWrite({ status, code, call = '' }: Said): Kind | undefined {
  const unmet = status === 412 || code === 'conditionNotMet';
  return unmet && /^(?:POST|PUT|PATCH|DELETE) \S*\/b\/[^/]+\/o\b/.test(call) ? 'changed' : undefined;
}

function kindOfStatus({ status, code }: Said): Kind | undefined {
  if (status === 429) return 'rate';
  if (status === 401) return 'credentials';
  return status === 403 || code === 'forbidden' || code === 'PERMISSION_DENIED' ? 'permission' : undefined;
}
