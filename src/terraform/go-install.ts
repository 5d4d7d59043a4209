import { join } from 'node:path';

import { childEnvironment, run } from '../core/run.ts';
import { makePrivateDirectory } from './cache.ts';

/** Which Terraform to build with Go, and where to put the binary. */
export interface GoInstall {
  version: string;
  /** The binary lands at `<directory>/terraform`. */
  directory: string;
  environment: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
}

// The go command's own settings: which proxy and checksum database to use, and where its caches are.
const goSettings = ['GOPROXY', 'GOPRIVATE', 'GONOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOPATH', 'GOMODCACHE', 'GOCACHE'];

/**
 * Builds Terraform from the public Go module, whose content the go command checks against its checksum database.
 * Takes some minutes. Answers the path, or the reason why not: no Go, no module proxy, a failed build.
 */
export async function goInstallTerraform(install: GoInstall): Promise<{ file: string } | { reason: string }> {
  await makePrivateDirectory(install.directory);
  const outcome = await run({
    file: 'go',
    args: [
      'install',
      '-trimpath',
      // Without this a build from source calls itself `-dev`.
      '-ldflags=-s -w -X github.com/hashicorp/terraform/version.dev=no',
      `github.com/hashicorp/terraform@v${install.version}`,
    ],
    env: {
      ...childEnvironment(install.environment, [...goSettings, 'XDG_CACHE_HOME']),
      GOBIN: install.directory,
      CGO_ENABLED: '0',
      GOFLAGS: '',
    },
    signal: install.signal,
    timeout: 30 * 60_000,
  });
  if (outcome.exitCode === 0) return { file: join(install.directory, 'terraform') };
  if (outcome.notStarted !== undefined) return { reason: 'Go is not installed, so it cannot be built here either' };
  if (outcome.timedOut) return { reason: 'go install was not finished after 30 minutes' };
  return { reason: `go install failed: ${outcome.stderr.trim().split('\n').at(-1) ?? ''}` };
}
