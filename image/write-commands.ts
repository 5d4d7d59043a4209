import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { commands } from '../src/sandbox/machines/commands.generated.ts';

// write-commands.ts DIRECTORY: the stand-in commands of the sandbox's machines as files, because below a /tmp that is mounted
// noexec (docker run --tmpfs) no program can be run that is written at run time.
const [, , directory = '.'] = process.argv;
mkdirSync(directory, { recursive: true });
for (const [name, text] of Object.entries(commands)) writeFileSync(join(directory, name), text, { mode: 0o755 });
