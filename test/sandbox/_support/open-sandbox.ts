// Opens the sandbox in the folder named by the first argument and serves it until it is killed.
import { openSandbox } from '../../../src/sandbox/start.ts';

const handle = await openSandbox({ dir: process.argv[2] ?? '' });
process.stdout.write(`${JSON.stringify({ url: handle.url, token: await handle.tokens.token() })}\n`);
