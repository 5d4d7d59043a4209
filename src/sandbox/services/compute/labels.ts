import * as z from 'zod';

import { fingerprint } from './fingerprint.ts';

const rule = 'can only contain lowercase letters, numeric characters, underscores and dashes.';
const length = 'can be at most 63 characters long. International characters are allowed.';

/** Labels: https://cloud.google.com/compute/docs/labeling-resources#requirements */
export const Labels = z.record(z.string(), z.string()).superRefine((labels, context) => {
  for (const [key, value] of Object.entries(labels)) {
    if (!/^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key)) {
      const message = `Label key '${key}' violates format constraints. The key must start with a lowercase character, ${rule} The key ${length}`;
      context.addIssue({ code: 'custom', message });
    }
    if (!/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value)) {
      const message = `Label value '${value}' violates format constraints. The value ${rule} The value ${length}`;
      context.addIssue({ code: 'custom', message });
    }
  }
  if (Object.keys(labels).length > 64) context.addIssue({ code: 'custom', message: 'At most 64 labels are allowed.' });
});

/** The part of a resource that its labels decide. */
export function labelled(labels: Record<string, string> | undefined): {
  labels?: Record<string, string>;
  labelFingerprint: string;
} {
  return {
    ...(labels && Object.keys(labels).length > 0 ? { labels } : {}),
    labelFingerprint: fingerprint(labels ?? {}),
  };
}
