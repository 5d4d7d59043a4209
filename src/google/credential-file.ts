import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as z from 'zod';

import { fail } from '../core/faults.ts';

const Document = z.looseObject({
  type: z.string(),
  client_email: z.string().optional(),
  account: z.string().optional(),
  quota_project_id: z.string().optional(),
  service_account_impersonation_url: z.string().optional(),
});

/** A file of Application Default Credentials, in any of its forms: https://google.aip.dev/auth/4110 */
export interface CredentialFile {
  /** Absolute path. */
  path: string;
  /** `service_account`, `authorized_user`, `external_account`, `impersonated_service_account`, … */
  type: string;
  /** Which credentials these are, for people. */
  description: string;
  /** Whom they belong to, where the file says it: a service account, of its own or impersonated. */
  email: string | undefined;
  quotaProject: string | undefined;
  /** The whole document, for google-auth-library. */
  content: Record<string, unknown>;
}

/**
 * The credential file that GOOGLE_APPLICATION_CREDENTIALS names, or else the one that `gcloud auth
 * application-default login` wrote; `undefined` when there is neither. Throws NO_CREDENTIALS for one that is named and
 * cannot be used.
 */
export async function readCredentialFile(environment: NodeJS.ProcessEnv): Promise<CredentialFile | undefined> {
  const named = environment.GOOGLE_APPLICATION_CREDENTIALS;
  const path = named || wellKnownPath(environment);
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!named && code === 'ENOENT') return undefined;
    throw unusable(path, named, reasons[code ?? ''] ?? String(error), error);
  }
  try {
    const content = Document.parse(JSON.parse(text));
    return {
      path,
      type: content.type,
      description: describe(content, path),
      email: content.client_email ?? impersonatedIn(content) ?? (content.account || undefined),
      quotaProject: content.quota_project_id,
      content,
    };
  } catch (error) {
    throw unusable(path, named, 'it is not a credential file in JSON', error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist (in a container, mount it with -v)',
  EACCES: 'it may not be read by this user (in a container, add --user "$(id -u)")',
  EISDIR: 'it is a directory (Docker makes one where the file that is to be mounted does not exist)',
};

function wellKnownPath({ CLOUDSDK_CONFIG: gcloud, HOME: home }: NodeJS.ProcessEnv): string | undefined {
  const directory = gcloud || (home && join(home, '.config', 'gcloud'));
  return directory ? join(directory, 'application_default_credentials.json') : undefined;
}

function unusable(path: string, named: string | undefined, reason: string, cause: unknown): Error {
  const subject = named ? `GOOGLE_APPLICATION_CREDENTIALS names ${path}, but` : `${path} is there, but`;
  return fail('NO_CREDENTIALS', { reason: `${subject} ${reason}` }, { cause });
}

function describe(content: z.output<typeof Document>, path: string): string {
  const impersonated = impersonatedIn(content);
  switch (content.type) {
    case 'service_account':
      return `service account ${content.client_email ?? ''} (key file ${path})`;
    case 'authorized_user':
      return content.account ? `your gcloud login ${content.account} (${path})` : `your gcloud login (${path})`;
    case 'external_account':
    case 'external_account_authorized_user':
      return `workload identity federation${impersonated ? ` as ${impersonated}` : ''} (${path})`;
    case 'impersonated_service_account':
      return `service account ${impersonated ?? ''}, impersonated (${path})`;
    default:
      return `credentials of type ${content.type} (${path})`;
  }
}

function impersonatedIn(content: z.output<typeof Document>): string | undefined {
  return /serviceAccounts\/([^/:]+):/.exec(content.service_account_impersonation_url ?? '')?.[1];
}
