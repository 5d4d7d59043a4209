import { ApiError } from '../../service.ts';

/** 404 in Compute's words. */
export function notFound(path: string): ApiError {
  return new ApiError(404, 'notFound', `The resource '${path}' was not found`);
}

/** 409 in Compute's words. */
export function alreadyExists(path: string): ApiError {
  return new ApiError(409, 'alreadyExists', `The resource '${path}' already exists`);
}

/** 400 for a resource that an operation is still making or deleting. */
export function notReady(path: string): ApiError {
  return new ApiError(400, 'resourceNotReady', `The resource '${path}' is not ready`);
}

/** 400 for a field: `Invalid value for field 'resource.name': 'X'. Must be …` */
export function invalidValue(field: string, value: unknown, why: string): ApiError {
  const shown = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  return new ApiError(400, 'invalid', `Invalid value for field '${field}': '${shown}'. ${why}`);
}

/** 412 for a fingerprint that is not the current one. */
export function staleFingerprint(what: 'Labels' | 'metadata' | 'resource' | 'tags'): ApiError {
  const message =
    what === 'Labels'
      ? 'Labels fingerprint either invalid or resource labels have changed'
      : `Supplied fingerprint does not match current ${what} fingerprint.`;
  return new ApiError(412, 'conditionNotMet', message);
}

/** The text of a deletion that others forbid; `noun` is Google's word for the type (`network`, `instance_template`). */
export function inUseText(noun: string, path: string, user: string): string {
  return `The ${noun} resource '${path}' is already being used by '${user}'`;
}

/** 400 for a deletion that others forbid. */
export function inUse(noun: string, path: string, user: string): ApiError {
  return new ApiError(400, 'resourceInUseByAnotherResource', inUseText(noun, path, user));
}
