import { ApiError } from './service.ts';

/** How an operation ends that did not succeed, with Compute's upper-case code. */
export class OperationError extends Error {
  readonly code: string;
  /** Google's `errorDetails`: errorInfo, quotaInfo, help. */
  readonly details: readonly object[];
  readonly httpStatus: number;

  constructor(code: string, message: string, details: readonly object[] = [], httpStatus = 400) {
    super(message);
    this.name = 'OperationError';
    this.code = code;
    this.details = details;
    this.httpStatus = httpStatus;
  }
}

/** The same refusal as an operation's error: `resourceNotFound` becomes `RESOURCE_NOT_FOUND`. Bugs are thrown on. */
export function asOperationError(error: unknown): OperationError {
  if (error instanceof OperationError) return error;
  if (!(error instanceof ApiError)) throw error;
  const code = error.reason.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
  return new OperationError(code, error.message, error.details, error.status);
}
