// HTTP status → words of https://cloud.google.com/apis/design/errors#handling_errors and number of google.rpc.Code.
const canonical: Readonly<Record<number, readonly [word: string, code: number, text: string]>> = {
  400: ['INVALID_ARGUMENT', 3, 'BAD REQUEST'],
  401: ['UNAUTHENTICATED', 16, 'UNAUTHORIZED'],
  403: ['PERMISSION_DENIED', 7, 'FORBIDDEN'],
  404: ['NOT_FOUND', 5, 'NOT FOUND'],
  409: ['ALREADY_EXISTS', 6, 'CONFLICT'],
  412: ['FAILED_PRECONDITION', 9, 'PRECONDITION FAILED'],
  429: ['RESOURCE_EXHAUSTED', 8, 'TOO MANY REQUESTS'],
  499: ['CANCELLED', 1, 'CLIENT CLOSED REQUEST'],
  501: ['UNIMPLEMENTED', 12, 'NOT IMPLEMENTED'],
  503: ['UNAVAILABLE', 14, 'SERVICE UNAVAILABLE'],
  504: ['DEADLINE_EXCEEDED', 4, 'GATEWAY TIMEOUT'],
};

// Two reasons have a word of their own under a status that usually means something else.
const words: Readonly<Record<string, string>> = { aborted: 'ABORTED', failedPrecondition: 'FAILED_PRECONDITION' };

/** The `status` word of Google's newer error envelope: `NOT_FOUND` for 404, `ABORTED` for 409 with the reason `aborted`. */
export function statusWord(http: number, reason = ''): string {
  return words[reason] ?? canonical[http]?.[0] ?? (http >= 500 ? 'INTERNAL' : 'UNKNOWN');
}

/** The number of google.rpc.Code, as `error.code` of a long-running operation has it. */
export function statusCode(http: number): number {
  return canonical[http]?.[1] ?? (http >= 500 ? 13 : 2);
}

/** `httpErrorMessage` of a Compute operation. */
export function statusText(http: number): string {
  return canonical[http]?.[2] ?? 'ERROR';
}

// The word of the older envelope's `errors[].reason`: https://cloud.google.com/storage/docs/json_api/v1/status-codes
const reasons: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
  503: 'backendError',
};

/** The usual `reason` of an HTTP status, where nobody says a better one. */
export function reasonOf(http: number): string {
  return reasons[http] ?? 'backendError';
}
