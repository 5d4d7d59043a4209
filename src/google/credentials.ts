import { wallClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { fail } from '../core/faults.ts';
import type { AuthClient, AuthClientOptions } from './auth-client.ts';
import type { Cloud, TokenSource } from './cloud.ts';
import { readCredentialFile } from './credential-file.ts';
import type { CredentialFile } from './credential-file.ts';
import { endpointsFrom } from './endpoints.ts';
import { isExposed } from './exposed-file.ts';
import { findMetadataServer } from './metadata-server.ts';
import { tokenFault } from './token-faults.ts';

/** What a caller brings along. */
export interface CredentialSettings {
  /** What the requests of this cloud call themselves. */
  agent?: string;
  clock?: Clock;
  /** Where refresh tokens are exchanged; default: Google's. */
  tokenUrl?: string;
}

// What Terraform's provider and gcs backend read to find and use the same credentials as we do.
const passedOn = [
  'GCE_METADATA_HOST',
  'GOOGLE_IMPERSONATE_SERVICE_ACCOUNT',
  'GOOGLE_CLOUD_QUOTA_PROJECT',
  'GOOGLE_BILLING_PROJECT',
  'USER_PROJECT_OVERRIDE',
  'GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES',
];
// Workload identity federation from AWS signs its requests with these.
const passedOnForAws = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
];

/**
 * Google Cloud with the credentials of this machine, in the order of Application Default Credentials, after an access
 * token in GOOGLE_OAUTH_ACCESS_TOKEN: a credential file, gcloud's own, the metadata server. Other base URLs come from
 * GOOGLE_<SERVICE>_CUSTOM_ENDPOINT. Throws NO_CREDENTIALS; the tokens throw CREDENTIALS_EXPIRED.
 */
export async function googleCloud(environment: NodeJS.ProcessEnv, settings: CredentialSettings = {}): Promise<Cloud> {
  const { GOOGLE_OAUTH_ACCESS_TOKEN: token } = environment;
  const common = {
    endpoints: endpointsFrom(environment),
    agent: settings.agent,
    close: () => Promise.resolve(),
  };
  if (token)
    return { ...common, tokens: givenToken(token, environment), terraformEnvironment: () => Promise.resolve({}) };

  const file = await readCredentialFile(environment);
  const tokens = file ? fileTokens(file, environment, settings) : await machineTokens(environment, settings);
  return {
    ...common,
    tokens,
    terraformEnvironment: () =>
      Promise.resolve({
        ...pick(environment, passedOn),
        ...(file ? { GOOGLE_APPLICATION_CREDENTIALS: file.path } : {}),
        ...(file?.type === 'external_account' ? pick(environment, passedOnForAws) : {}),
      }),
    terraformFindsCredentials: true,
  };
}

function givenToken(token: string, environment: NodeJS.ProcessEnv): TokenSource {
  return {
    token: () => Promise.resolve(token),
    describe: () => Promise.resolve('the access token in GOOGLE_OAUTH_ACCESS_TOKEN'),
    quotaProject: () => Promise.resolve(environment.GOOGLE_CLOUD_QUOTA_PROJECT || undefined),
  };
}

function fileTokens(file: CredentialFile, environment: NodeJS.ProcessEnv, settings: CredentialSettings): TokenSource {
  const target = environment.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT;
  let client: Promise<AuthClient> | undefined;
  return {
    async token() {
      try {
        client ??= createClient(file.content, { impersonate: target, tokenUrl: settings.tokenUrl });
        const { token } = await (await client).getAccessToken();
        if (!token) throw new Error('no token came back');
        return token;
      } catch (error) {
        throw tokenFault(error, file.description);
      }
    },
    describe: () =>
      Promise.resolve(target ? `service account ${target}, impersonated by ${file.description}` : file.description),
    email: () => Promise.resolve(target || file.email),
    // A federation's file names where its secrets are, and holds none.
    exposedFile: async () => (file.type !== 'external_account' && (await isExposed(file.path)) ? file.path : undefined),
    quotaProject: () => Promise.resolve(environment.GOOGLE_CLOUD_QUOTA_PROJECT || file.quotaProject),
  };
}

async function machineTokens(
  environment: NodeJS.ProcessEnv,
  { clock = wallClock }: CredentialSettings,
): Promise<TokenSource> {
  const server = await findMetadataServer(environment, clock);
  if ('reason' in server) {
    throw fail('NO_CREDENTIALS', { reason: `no credential file, no gcloud login, and ${server.reason}` });
  }
  const description = `service account ${server.email} of this machine`;
  return {
    async token() {
      try {
        return await server.token();
      } catch (error) {
        throw tokenFault(error, description);
      }
    },
    describe: () => Promise.resolve(description),
    email: () => Promise.resolve(server.email),
    quotaProject: () => Promise.resolve(environment.GOOGLE_CLOUD_QUOTA_PROJECT || undefined),
  };
}

function pick(environment: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

async function createClient(document: Record<string, unknown>, options: AuthClientOptions): Promise<AuthClient> {
  const { createAuthClient } = await import('./auth-client.ts');
  return createAuthClient(document, options);
}
