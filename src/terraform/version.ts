import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import * as z from 'zod';

import { childEnvironment, run } from '../core/run.ts';
import { writeAtomically } from './atomic-file.ts';
import { makePrivateDirectory } from './cache.ts';

// OpenTofu prints the same document with the same key.
const VersionDocument = z.object({ terraform_version: z.string() });
const VersionCache = z.record(z.string(), z.string());

/**
 * Asks a terraform or tofu binary for its version (`1.11.4`). The answer is remembered on disk by path, size and time
 * of change, so that only the first start pays the 50 ms. Answers `{ reason }` for a file that cannot say.
 */
export async function askVersion(
  file: string,
  environment: NodeJS.ProcessEnv,
  cache: string,
): Promise<{ version: string } | { reason: string }> {
  const { size, mtimeMs } = await stat(file);
  const key = `${file} ${size} ${mtimeMs}`;
  const book = join(cache, 'terraform-versions.json');
  const known = await readBook(book);
  const remembered = known[key];
  if (remembered !== undefined) return { version: remembered };

  const outcome = await run({
    file,
    args: ['version', '-json'],
    env: { ...childEnvironment(environment), CHECKPOINT_DISABLE: '1' },
    timeout: 30_000,
  });
  const version = parseVersionDocument(outcome.stdout);
  if (version === undefined) {
    return { reason: outcome.notStarted ?? (outcome.timedOut ? 'it hangs' : 'it does not print a version') };
  }
  // One entry for each path: a binary that was replaced has no use for its old line.
  const others = Object.entries(known).filter(([line]) => !line.startsWith(`${file} `));
  await rememberVersion(cache, book, Object.fromEntries([...others, [key, version]]));
  return { version };
}

/** Tells whether `version` is at least `wanted`, both as `major.minor.patch`; a pre-release counts as its release. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [have, want] = [version, wanted].map((text) => text.split(/[.+-]/).slice(0, 3).map(Number)) as [
    number[],
    number[],
  ];
  for (const [index, least] of want.entries()) {
    const part = have[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}

function parseVersionDocument(text: string): string | undefined {
  try {
    return VersionDocument.parse(JSON.parse(text)).terraform_version;
  } catch {
    return undefined;
  }
}

async function readBook(path: string): Promise<Record<string, string>> {
  try {
    return VersionCache.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}

async function rememberVersion(cache: string, book: string, versions: Record<string, string>): Promise<void> {
  try {
    await makePrivateDirectory(cache);
    await writeAtomically(book, JSON.stringify(versions));
  } catch {
    // A cache that cannot be written costs 50 ms, not the run.
  }
}
