import { ApiError } from './service.ts';

// Google refuses larger JSON bodies; instance metadata alone may be 512 KB.
const limit = 16 * 1024 * 1024;

/** The JSON body of a request; `undefined` when there is none. Throws 400 `parseError`, 413 `uploadTooLarge`. */
export async function readJson(source: AsyncIterable<Buffer>): Promise<unknown> {
  const text = (await readBytes(source)).toString();
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiError(400, 'parseError', 'Parse Error');
  }
}

/** The whole body, for the few that are small by nature. Throws 413 `uploadTooLarge`. */
export async function readBytes(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) throw new ApiError(413, 'uploadTooLarge', 'Request payload size exceeds the limit.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
