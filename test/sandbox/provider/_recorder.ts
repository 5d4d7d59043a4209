import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that changes something. */
export interface RecordedRequest {
  method: string;
  path: string;
  body: unknown;
}

/** A proxy that hands everything on to `target` and writes down what changes something there. */
export interface Recorder extends AsyncDisposable {
  url: string;
  requests: RecordedRequest[];
}

/** Starts a recorder in front of the server at `target`. */
export async function openRecorder(target: string): Promise<Recorder> {
  const requests: RecordedRequest[] = [];

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const { method = '', url = '', headers } = incoming;
    if (method !== 'GET') requests.push({ method, path: url, body: parse(bytes.toString()) });
    const onward = ask(target + url, { method, headers: { ...headers, host: new URL(target).host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    onward.end(bytes);
  }

  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
