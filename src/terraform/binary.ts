import { join } from 'node:path';

import { fail } from '../core/faults.ts';
import { isExecutable, onPath } from '../core/on-path.ts';
import { cacheDirectory } from './cache.ts';
import { downloadTerraform } from './download.ts';
import { goInstallTerraform } from './go-install.ts';
import { goVersion, pinnedSums, pinnedVersion, platformName } from './pinned.ts';
import { askVersion, isAtLeast } from './version.ts';

/** A Terraform or OpenTofu that is new enough. */
export interface TerraformBinary {
  /** Absolute path. */
  file: string;
  product: 'terraform' | 'tofu';
  version: string;
}

/** How `findTerraform` looks for it; tests bring their own release site, platform and sums. */
export interface FindTerraform {
  environment: NodeJS.ProcessEnv;
  /** Where a fetched binary is kept; default: `cacheDirectory(environment)`. */
  cache?: string;
  signal?: AbortSignal | undefined;
  /** Told when something slow begins: a download, a build. */
  onNote?: (text: string) => void;
  site?: string;
  platform?: string;
  sums?: Readonly<Record<string, string>>;
}

// Import blocks came with Terraform 1.5 and OpenTofu 1.6: adoption after a crash needs them.
const products = [
  { product: 'terraform', least: '1.5.0' },
  { product: 'tofu', least: '1.6.0' },
] as const;

/**
 * Finds Terraform (1.5 or newer) or else OpenTofu (1.6 or newer) on the PATH, then among what was fetched before; then
 * fetches the pinned release, then builds one with Go. Throws TERRAFORM_TOO_OLD or TERRAFORM_MISSING.
 */
export async function findTerraform(find: FindTerraform): Promise<TerraformBinary> {
  const cache = find.cache ?? cacheDirectory(find.environment);
  const installed = await findInstalledTerraform(find.environment, cache);
  if (installed !== undefined) return installed;

  const fetched = join(cache, 'terraform', pinnedVersion);
  const built = join(cache, 'terraform', goVersion);
  for (const directory of [fetched, built]) {
    const kept = await findKept(join(directory, 'terraform'), find.environment, cache);
    if (kept !== undefined) return kept;
  }

  const platform = find.platform ?? platformName(process.platform, process.arch);
  const sha256 = (find.sums ?? pinnedSums)[platform];
  const reasons: string[] = [];
  if (sha256 === undefined) {
    reasons.push(`HashiCorp's release for ${platform} is not pinned`);
  } else {
    find.onNote?.(`fetching Terraform ${pinnedVersion}`);
    const site = find.site ?? 'https://releases.hashicorp.com';
    const result = await downloadTerraform({
      site,
      version: pinnedVersion,
      platform,
      sha256,
      directory: fetched,
      signal: find.signal,
    });
    if ('file' in result) return check(result.file, 'terraform', '1.5.0', find.environment, cache);
    reasons.push(result.reason);
  }

  find.signal?.throwIfAborted();
  find.onNote?.(`building Terraform ${goVersion} with Go; this takes some minutes`);
  const result = await goInstallTerraform({
    version: goVersion,
    directory: built,
    environment: find.environment,
    signal: find.signal,
  });
  if ('file' in result) return check(result.file, 'terraform', '1.5.0', find.environment, cache);
  reasons.push(result.reason);
  throw missing(reasons.join('; '));
}

/** The same among what is on the PATH, which takes no longer than to start it. Throws TERRAFORM_TOO_OLD, TERRAFORM_MISSING. */
export async function findInstalledTerraform(
  environment: NodeJS.ProcessEnv,
  cache = cacheDirectory(environment),
): Promise<TerraformBinary | undefined> {
  let tooOld: unknown;
  for (const { product, least } of products) {
    const file = await onPath(product, environment.PATH ?? '');
    if (file === undefined) continue;
    try {
      return await check(file, product, least, environment, cache);
    } catch (error) {
      // An old terraform is no reason to stop while there may be a tofu that serves.
      tooOld ??= error;
    }
  }
  if (tooOld !== undefined) throw tooOld;
  return undefined;
}

async function check(
  file: string,
  product: TerraformBinary['product'],
  least: string,
  environment: NodeJS.ProcessEnv,
  cache: string,
): Promise<TerraformBinary> {
  const answer = await askVersion(file, environment, cache);
  if ('reason' in answer) throw missing(`${file} does not work: ${answer.reason}`);
  if (!isAtLeast(answer.version, least)) {
    throw fail('TERRAFORM_TOO_OLD', { file, version: answer.version, wanted: least });
  }
  return { file, product, version: answer.version };
}

// A kept binary that does not work (a cache shared between platforms) is fetched anew.
async function findKept(
  file: string,
  environment: NodeJS.ProcessEnv,
  cache: string,
): Promise<TerraformBinary | undefined> {
  if (!(await isExecutable(file))) return undefined;
  return check(file, 'terraform', '1.5.0', environment, cache).catch(() => undefined);
}

function missing(reason: string): Error {
  return fail('TERRAFORM_MISSING', { wanted: `${pinnedVersion} (or any from 1.5 on)`, reason });
}
