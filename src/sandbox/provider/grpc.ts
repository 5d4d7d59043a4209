import { performServerHandshake } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';

/** A method that takes one message and answers one. */
export type Method = (request: Buffer) => Buffer | Promise<Buffer>;

// https://grpc.io/docs/guides/status-codes/
const unimplemented = 12;
const internal = 13;

/**
 * Serves gRPC on one connection: the methods by path (`/tfplugin5.Provider/GetSchema`), without streams and compression.
 * Every other path is answered with UNIMPLEMENTED, as Terraform expects of a plugin that has no such service.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function serveGrpc(connection: Duplex, methods: Readonly<Record<string, Method>>): void {
  const session = performServerHandshake(connection);
  // Terraform goes away without a goodbye when it is done.
  session.on('error', () => session.destroy());
  session.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy());
    const path = headers[':path'] ?? '';
    const method = methods[path];
    if (method) void answer(stream, method);
    else fail(stream, unimplemented, `unknown method ${path}`);
  });
}

async function answer(stream: ServerHttp2Stream, method: Method): Promise<void> {
  try {
    const reply = await method(await readMessage(stream));
    if (stream.destroyed) return;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat([prefix(reply.length), reply]));
  } catch (error) {
    fail(stream, internal, (error as Error).stack ?? String(error));
  }
}

// An answer without a message: the status is among the headers.
function fail(stream: ServerHttp2Stream, status: number, text: string): void {
  if (stream.destroyed) return;
  const message = encodeURIComponent(text.slice(0, 2_000));
  const headers = {
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-status': status,
    'grpc-message': message,
  };
  stream.respond(headers, { endStream: true });
}

async function readMessage(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (bytes.length < 5 || bytes[0] !== 0 || bytes.readUInt32BE(1) !== bytes.length - 5)
    throw new Error('a request must be one message that is not compressed');
  return bytes.subarray(5);
}

function prefix(length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
