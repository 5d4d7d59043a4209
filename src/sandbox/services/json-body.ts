import * as z from 'zod';

import { ApiError } from '../service.ts';

/** Checks the body of a call of one of the newer APIs. Throws 400 with what does not fit. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw new ApiError(400, 'badRequest', `Invalid JSON payload received. ${z.prettifyError(parsed.error)}`);
}

/** The fields that an update mask names, in the spelling of JSON: `display_name` is `displayName`. */
export function maskedFields(mask: string): string[] {
  return mask.split(',').map((field) => field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
}
