import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { writeAtomically } from './atomic-file.ts';
import { makePrivateDirectory } from './cache.ts';
import { readFromZip } from './zip.ts';

/** What to fetch from a release page, and where to put the binary. */
export interface Download {
  /** `https://releases.hashicorp.com`, or a mirror of it. */
  site: string;
  version: string;
  /** `linux_amd64` and the like. */
  platform: string;
  /** SHA-256 of the zip, in hexadecimal. */
  sha256: string;
  /** The binary lands at `<directory>/terraform`. */
  directory: string;
  signal?: AbortSignal | undefined;
}

/**
 * Fetches Terraform's zip from its release page, compares its SHA-256 with the pinned one, and unpacks the binary.
 * Answers the path, or the reason why not: no network, HTTP status, wrong sum.
 */
export async function downloadTerraform(download: Download): Promise<{ file: string } | { reason: string }> {
  const { site, version, platform } = download;
  const url = `${site}/terraform/${version}/terraform_${version}_${platform}.zip`;
  try {
    const zip = await fetchBytes(url, download.signal);
    const sum = createHash('sha256').update(zip).digest('hex');
    if (sum !== download.sha256) {
      return { reason: `${url} has the SHA-256 ${sum}, not the pinned ${download.sha256}` };
    }
    const binary = readFromZip(zip, 'terraform');
    if (binary === undefined) return { reason: `${url} has no file named terraform in it` };
    await makePrivateDirectory(download.directory);
    const file = join(download.directory, 'terraform');
    await writeAtomically(file, binary, 0o755);
    return { file };
  } catch (error) {
    return { reason: `${url} could not be fetched (${innermost(error)})` };
  }
}

async function fetchBytes(url: string, signal?: AbortSignal): Promise<Buffer> {
  // Ten minutes for 30 MB: slower lines are better served by an installed Terraform.
  const timeout = AbortSignal.timeout(600_000);
  const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

// Node wraps the interesting part (`getaddrinfo ENOTFOUND …`) in `TypeError: fetch failed`.
function innermost(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  return inner instanceof Error ? inner.message : String(inner);
}
