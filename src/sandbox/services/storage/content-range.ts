import { ApiError } from '../../service.ts';

/** What a request of a resumable upload brings. */
export interface ContentRange {
  /** Where its bytes begin; `undefined` when it only asks how far the upload is. */
  start?: number;
  /** The object's size, where the client knows it. */
  total?: number;
  /** These are the last bytes, whatever their number: one shot of unknown length. */
  isLast: boolean;
}

/**
 * Reads `Content-Range` of a resumable upload: `bytes a-b/total`, `bytes a-b/*`, `bytes 0-` with two stars (all at once, size
 * unknown), a star and a total or two stars (how far?). No header means all at once. Throws 400.
 */
export function parseContentRange(header: string | undefined): ContentRange {
  if (header === undefined) return { start: 0, isLast: true };
  const [, first, last, all] = /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(header.trim()) ?? [];
  if (all === undefined) throw new ApiError(400, 'badContentRange', `Failed to parse Content-Range header: ${header}`);
  const total = all === '*' ? {} : { total: Number(all) };
  if (first === undefined) return { ...total, isLast: false };
  return { start: Number(first), ...total, isLast: last === '*' || Number(last) + 1 === total.total };
}
