/** The kinds of refusal that we answer in a way of their own. */
export type Refusal = 'stockout' | 'quota' | 'rate' | 'in-use' | 'exists' | 'policy' | 'permission' | 'credentials';

// Google's own words, in the order in which they are looked for: a message can hold several of them.
const texts: readonly [Refusal, RegExp][] = [
  [
    'stockout',
    /ZONE_RESOURCE_POOL_EXHAUSTED|does not have enough resources available to fulfill the request|STOCKOUT|resource_availability/i,
  ],
  [
    'rate',
    /rateLimitExceeded|RATE_LIMIT_EXCEEDED|CONCURRENT_OPERATIONS_QUOTA_EXCEEDED|Quota exceeded for quota metric/i,
  ],
  ['quota', /QUOTA_EXCEEDED|Quota '[^']+' exceeded|quotaExceeded/i],
  ['in-use', /resourceInUseByAnotherResource|RESOURCE_IN_USE_BY_ANOTHER_RESOURCE|is already being used by/i],
  ['exists', /alreadyExists|RESOURCE_ALREADY_EXISTS|Error 409:.*already exists/i],
  ['policy', /Constraint constraints\/\S+ violated|conditionNotMet.*constraints\//i],
  ['credentials', /invalid_grant|invalid_rapt|authError|Error 401|could not find default credentials/i],
  ['permission', /Error 403|PERMISSION_DENIED|Required '[\w.]+' permission|does not have [\w.]+ access/i],
];

/**
 * What kind of refusal Google's `code` and `text` are; undefined for words we do not know, which means: stop, keep
 * what exists, and tell. The code counts before the text: the two have been seen to disagree.
 */
export function classify(code: string, text: string): Refusal | undefined {
  const byCode = texts.find(([, words]) => words.test(code));
  return (byCode ?? texts.find(([, words]) => words.test(text)))?.[0];
}
