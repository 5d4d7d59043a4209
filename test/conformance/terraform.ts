import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { childEnvironment, run } from '../../src/core/run.ts';
import type { Session } from './session.ts';

const version = '6.50.0';
const mirrored = `registry.terraform.io/hashicorp/google/${version}/linux_amd64/terraform-provider-google_v${version}`;

/** The binary of the real provider, where it was put by hand: a folder that Terraform searches by itself. */
export const realProvider = [join(homedir(), '.terraform.d/plugins', mirrored)].find((path) => existsSync(path));

/** Runs terraform in a folder of its own and answers what it said; throws that when it fails. */
export type Terraform = (...args: string[]) => Promise<string>;

/** Terraform with the real provider, turned to a session's cloud; `write` replaces the configuration. */
export async function openTerraform(
  session: Session,
): Promise<{ terraform: Terraform; write(configuration: object): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'cp-real-provider-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const mirror = join(folder, 'mirror');
  await mkdir(join(mirror, mirrored, '..'), { recursive: true });
  await symlink(realProvider ?? '', join(mirror, mirrored));
  const settings = `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`;
  await writeFile(join(folder, 'terraform.rc'), settings);
  const env = {
    ...childEnvironment(process.env),
    ...customEndpoints(session.url),
    GOOGLE_OAUTH_ACCESS_TOKEN: session.token,
    TF_CLI_CONFIG_FILE: join(folder, 'terraform.rc'),
    TF_IN_AUTOMATION: '1',
  };
  return {
    async terraform(...args) {
      const outcome = await run({
        file: 'terraform',
        args: [...args, '-no-color'],
        cwd: folder,
        env,
        timeout: 600_000,
      });
      if (outcome.exitCode === 0) return outcome.stdout;
      throw new Error(`terraform ${args.join(' ')}\n${outcome.stdout}\n${outcome.stderr}`);
    },
    async write(configuration) {
      const required = { google: { source: 'hashicorp/google', version } };
      const google = { project: session.project, region: 'us-central1', zone: 'us-central1-a' };
      const whole = { terraform: { required_providers: required }, provider: { google }, ...configuration };
      await writeFile(join(folder, 'main.tf.json'), JSON.stringify(whole));
    },
  };
}

function customEndpoints(url: string): Record<string, string> {
  return {
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `${url}/compute/v1/`,
    GOOGLE_IAM_CUSTOM_ENDPOINT: `${url}/iam.googleapis.com/v1/`,
    GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT: `${url}/cloudresourcemanager.googleapis.com/v1/`,
    GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT: `${url}/serviceusage.googleapis.com/v1/`,
    GOOGLE_FILESTORE_CUSTOM_ENDPOINT: `${url}/file.googleapis.com/v1/`,
    GOOGLE_MONITORING_CUSTOM_ENDPOINT: `${url}/monitoring.googleapis.com/`,
    GOOGLE_CLOUD_BILLING_CUSTOM_ENDPOINT: `${url}/cloudbilling.googleapis.com/v1/`,
  };
}
