import { ApiError } from '../../service.ts';

/** The two parts of a `multipart/related` upload: metadata, read whole, and media, still streaming. */
export interface MultipartUpload {
  metadata: string;
  /** The media part's own Content-Type. */
  contentType: string | undefined;
  media: AsyncIterable<Buffer>;
}

// Part headers and metadata are small; more than this without a boundary is no upload.
const headLimit = 1024 * 1024;

/**
 * Takes a `multipart/related` body apart without holding the media in memory. Lines may end in CRLF or, as gcloud
 * writes them, in LF. Throws 400 `badRequest`.
 */
export async function readMultipart(contentType: string, source: AsyncIterable<Buffer>): Promise<MultipartUpload> {
  const boundary = boundaryOf(contentType);
  if (!boundary) throw malformed('the content type has no boundary');
  const reader = new Reader(source);
  const eol = await reader.firstBoundary(boundary);
  await reader.headers(eol);
  const delimiter = Buffer.from(`${eol}--${boundary}`);
  const metadata = (await reader.until(delimiter)).toString();
  await reader.until(Buffer.from(eol));
  const headers = await reader.headers(eol);
  return { metadata, contentType: headers.get('content-type'), media: reader.media(delimiter) };
}

/** The boundary in a content type; gcloud puts it between single quotes, which are no part of it to Google. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const [, double, single, bare] = /boundary=(?:"([^"]+)"|'([^']+)'|([^;\s]+))/i.exec(contentType ?? '') ?? [];
  return double ?? single ?? bare;
}

class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  // Reads the first boundary line; answers how lines end.
  async firstBoundary(boundary: string): Promise<'\r\n' | '\n'> {
    const line = (await this.until(Buffer.from('\n'))).toString();
    if (line.replace(/^\r?\n/, '').trimEnd() !== `--${boundary}`)
      throw malformed('it does not begin with its boundary');
    return line.endsWith('\r') ? '\r\n' : '\n';
  }

  async headers(eol: string): Promise<Map<string, string>> {
    const headers = new Map<string, string>();
    for (;;) {
      const line = (await this.until(Buffer.from(eol))).toString();
      if (line === '') return headers;
      const colon = line.indexOf(':');
      headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
  }

  // Everything before `mark`, which is taken too.
  async until(mark: Buffer): Promise<Buffer> {
    let from = 0;
    for (;;) {
      const at = this.#buffer.indexOf(mark, from);
      if (at !== -1) {
        const found = this.#buffer.subarray(0, at);
        this.#buffer = this.#buffer.subarray(at + mark.length);
        return found;
      }
      from = Math.max(0, this.#buffer.length - mark.length + 1);
      if (this.#buffer.length > headLimit || !(await this.#more())) throw malformed('a boundary is missing');
    }
  }

  // Holds back as many bytes as could be the beginning of the delimiter, and hands the others on where they lie.
  async *media(delimiter: Buffer): AsyncGenerator<Buffer> {
    const most = delimiter.length - 1;
    for (;;) {
      const at = this.#buffer.indexOf(delimiter);
      if (at !== -1) {
        if (at > 0) yield this.#buffer.subarray(0, at);
        await this.#drain();
        return;
      }
      const safe = Math.max(0, this.#buffer.length - most);
      if (safe > 0) yield this.#buffer.subarray(0, safe);
      const held = this.#buffer.subarray(safe);
      const { done, value: next } = await this.#chunks.next();
      if (done) throw malformed('the end boundary is missing');
      const seam = Buffer.concat([held, next.subarray(0, most)]);
      if (next.length < most || seam.includes(delimiter)) {
        this.#buffer = Buffer.concat([held, next]);
      } else {
        if (held.length > 0) yield held;
        this.#buffer = next;
      }
    }
  }

  async #drain(): Promise<void> {
    while (!(await this.#chunks.next()).done);
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
    return true;
  }
}

function malformed(reason: string): ApiError {
  return new ApiError(400, 'badRequest', `Malformed multipart body: ${reason}.`);
}
