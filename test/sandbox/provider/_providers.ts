import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { endpointVersions } from '../../../src/google/endpoints.ts';
import type { Service } from '../../../src/google/endpoints.ts';
import { startProvider } from '../../../src/sandbox/provider/provider.ts';
import type { ProviderOptions } from '../../../src/sandbox/provider/provider.ts';

/** What a provider adds to terraform's environment, and how it ends. */
export interface TestProvider {
  environment: Record<string, string>;
  close(): Promise<void>;
}

const version = '6.50.0';
const file = `terraform-provider-google_v${version}`;
const platform = `registry.terraform.io/hashicorp/google/${version}/linux_amd64`;
const installed = [
  process.env.TERRAFORM_PROVIDER_GOOGLE ?? '',
  join(homedir(), '.terraform.d/plugins', platform, file),
  join(homedir(), '.terraform.d/plugins', platform, `${file}_x5`),
];

/** The binary of the real provider, where this machine has it. */
export const realProvider = installed.find((path) => path !== '' && existsSync(path));

const environmentNames: Readonly<Record<Service, string>> = {
  compute: 'COMPUTE',
  storage: 'STORAGE',
  iam: 'IAM',
  resourcemanager: 'RESOURCE_MANAGER',
  serviceusage: 'SERVICE_USAGE',
  filestore: 'FILESTORE',
  monitoring: 'MONITORING',
  cloudbilling: 'CLOUD_BILLING',
  container: 'CONTAINER',
  oslogin: 'OS_LOGIN',
  oauth2: 'OAUTH2',
  tunnel: 'IAP_TUNNEL',
};

/** Starts the embedded provider for a sandbox. */
export async function useEmbeddedProvider(folder: string, sandbox: ProviderOptions): Promise<TestProvider> {
  await writeFile(join(folder, 'terraform.rc'), 'disable_checkpoint = true\n');
  return startProvider(sandbox);
}

/** Lets terraform find the real provider in a mirror of its own, and the provider the sandbox. */
export async function useRealProvider(binary: string, folder: string, sandbox: ProviderOptions): Promise<TestProvider> {
  const mirror = join(folder, 'mirror');
  await mkdir(join(mirror, platform), { recursive: true });
  await symlink(binary, join(mirror, platform, file));
  const rc = `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`;
  await writeFile(join(folder, 'terraform.rc'), rc);
  const custom = Object.entries(environmentNames).map(([service, name]) => [
    `GOOGLE_${name}_CUSTOM_ENDPOINT`,
    sandbox.endpoints[service as Service] + endpointVersions[service as Service],
  ]);
  const token = await sandbox.tokens.token();
  return {
    environment: { ...Object.fromEntries(custom), GOOGLE_OAUTH_ACCESS_TOKEN: token },
    close: async () => undefined,
  };
}
