import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { childEnvironment } from '../core/run.ts';
import type { Cloud } from '../google/cloud.ts';
import { customServices, endpointVariables, endpointVersions } from '../google/endpoints.ts';
import { writeAtomically } from './atomic-file.ts';
import { cacheDirectory } from './cache.ts';
import { withoutTemplates } from './template-marks.ts';

/** What Terraform's child process is to know. */
export interface TerraformEnvironment {
  cloud: Cloud;
  /** Our own environment, of which only an allow-list is passed on. */
  own: NodeJS.ProcessEnv;
  /** Directory for our own CLI configuration file. */
  directory: string;
  product: 'terraform' | 'tofu';
  /** Name of this run, as which terraform signs its lock where the user has no name of its own. */
  runName: string;
}

/**
 * The whole environment of one terraform command: an allow-list of ours, no questions, no look for newer versions, a
 * cache for providers, and the way to the cloud (endpoints, credentials). An access token is asked for at each command,
 * so that it is fresh.
 */
export async function terraformEnvironment(request: TerraformEnvironment): Promise<Record<string, string>> {
  const { cloud, own } = request;
  const environment: Record<string, string> = {
    ...childEnvironment(own),
    ...privateAuthority(own),
    USER: request.runName,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    // https://developer.hashicorp.com/terraform/cli/config/environment-variables#tf_append_user_agent
    ...(cloud.agent === undefined ? {} : { TF_APPEND_USER_AGENT: cloud.agent }),
    TF_CLI_CONFIG_FILE: await cliConfiguration(request),
    ...customEndpoints(cloud),
    ...(await cloud.terraformEnvironment()),
  };
  if (!cloud.terraformFindsCredentials) environment.GOOGLE_OAUTH_ACCESS_TOKEN = await cloud.tokens.token();
  if (request.product === 'tofu') reattachForTofu(environment);
  return environment;
}

// Whoever has a CLI configuration (a provider mirror in a closed network) keeps it; everybody else gets ours.
async function cliConfiguration({ own, directory }: TerraformEnvironment): Promise<string> {
  for (const file of [own.TF_CLI_CONFIG_FILE, own.HOME && join(own.HOME, '.terraformrc')]) {
    if (file && existsSync(file)) return file;
  }
  const plugins = join(cacheDirectory(own), 'providers');
  await mkdir(plugins, { recursive: true });
  const lines = [
    'disable_checkpoint = true',
    `plugin_cache_dir = ${withoutTemplates(JSON.stringify(plugins))}`,
    // Without this a work directory that has no lock file yet downloads the provider although the cache has it.
    'plugin_cache_may_break_dependency_lock_file = true',
  ];
  const file = join(directory, 'terraform.rc');
  const text = `${lines.join('\n')}\n`;
  // Once for a work directory, not for each command: a write waits for the disk.
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present !== text) await writeAtomically(file, text);
  return file;
}

// Terraform and its provider are Go programs, which read a private certificate authority from a file of another name than
// Node, beside the system's own ones: https://pkg.go.dev/crypto/x509#SystemCertPool
function privateAuthority({
  NODE_EXTRA_CA_CERTS: extra,
  SSL_CERT_FILE: own,
}: NodeJS.ProcessEnv): Record<string, string> {
  return extra && !own ? { SSL_CERT_FILE: extra } : {};
}

function customEndpoints(cloud: Cloud): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const service of customServices(cloud.endpoints)) {
    variables[endpointVariables[service]] = cloud.endpoints[service] + endpointVersions[service];
    if (service === 'storage') {
      variables.GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT = cloud.endpoints.storage + endpointVersions.storage;
    }
  }
  return variables;
}

// OpenTofu asks its own registry, so a provider that is already running must be known by that address as well.
function reattachForTofu(environment: Record<string, string>): void {
  const { TF_REATTACH_PROVIDERS: reattach } = environment;
  if (reattach === undefined) return;
  const providers = JSON.parse(reattach) as Record<string, unknown>;
  const twins = Object.entries(providers).map(([address, provider]): [string, unknown] => [
    address.replace(/^registry\.terraform\.io\//, 'registry.opentofu.org/'),
    provider,
  ]);
  environment.TF_REATTACH_PROVIDERS = JSON.stringify({ ...providers, ...Object.fromEntries(twins) });
}
