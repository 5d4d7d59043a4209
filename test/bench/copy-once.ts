// One copy in a process of its own, so that its time and memory are its own:
// copy-once.ts DIRECTORY URL TOKEN BUCKET FOLDER; prints the result as JSON, with the seconds of processor time it took.
import { copyDirectory } from '../../src/copy/copy.ts';
import { wallClock } from '../../src/core/clock.ts';
import { sandboxEndpoints } from '../../src/sandbox/endpoints.ts';

const [dir = '', url = '', token = '', bucket = '', directory = ''] = process.argv.slice(2);
const result = await copyDirectory({
  dir,
  cloud: {
    endpoints: sandboxEndpoints(url),
    tokens: { token: () => Promise.resolve(token), describe: () => Promise.resolve('the bench') },
    terraformEnvironment: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  },
  bucket,
  directory,
  signal: new AbortController().signal,
  clock: wallClock,
});
const { user, system } = process.cpuUsage();
process.stdout.write(JSON.stringify({ ...result, cpu: (user + system) / 1e6 }));
