import {
  ExternalAccountAuthorizedUserClient,
  ExternalAccountClient,
  Impersonated,
  JWT,
  UserRefreshClient,
} from 'google-auth-library';
import * as z from 'zod';

import { fail } from '../core/faults.ts';

/** Whatever can be asked for an access token. */
export interface AuthClient {
  getAccessToken(): Promise<{ token?: string | null | undefined }>;
}

/** How a client is to be made. */
export interface AuthClientOptions {
  /** A service account to act as, with these credentials behind it. */
  impersonate?: string | undefined;
  /** Where refresh tokens are exchanged; default: Google's. */
  tokenUrl?: string | undefined;
}

type Source = NonNullable<NonNullable<ConstructorParameters<typeof Impersonated>[0]>['sourceClient']>;

const scope = 'https://www.googleapis.com/auth/cloud-platform';

const User = z.object({ client_id: z.string(), client_secret: z.string(), refresh_token: z.string() });
const ServiceAccount = z.object({
  client_email: z.string(),
  private_key: z.string(),
  private_key_id: z.string().optional(),
});
const Impersonation = z.object({
  service_account_impersonation_url: z.string(),
  source_credentials: z.looseObject({ type: z.string() }),
  delegates: z.array(z.string()).default([]),
});

/**
 * Makes the client for a credential document of any form. Each form is read by name, so that a file of an unknown form
 * is refused and not followed to whatever address it holds:
 * https://cloud.google.com/docs/authentication/external/externally-sourced-credentials. Throws NO_CREDENTIALS.
 * Importing this file takes 60 ms: load it at the first token.
 */
export function createAuthClient(document: Record<string, unknown>, options: AuthClientOptions): AuthClient {
  const client = clientOf(document, options);
  return options.impersonate ? impersonated(client, options.impersonate, []) : client;
}

function clientOf(document: Record<string, unknown>, options: AuthClientOptions): Source {
  switch (document['type']) {
    case 'authorized_user': {
      const { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken } = parse(User, document);
      const endpoints = options.tokenUrl ? { endpoints: { oauth2TokenUrl: options.tokenUrl } } : {};
      return new UserRefreshClient({ clientId, clientSecret, refreshToken, ...endpoints });
    }
    case 'service_account': {
      const { client_email: email, private_key: key, private_key_id: keyId } = parse(ServiceAccount, document);
      return new JWT({ email, key, ...(keyId ? { keyId } : {}), scopes: [scope] });
    }
    case 'impersonated_service_account': {
      const { service_account_impersonation_url: url, source_credentials, delegates } = parse(Impersonation, document);
      const target = /serviceAccounts\/([^/:]+):generateAccessToken$/.exec(url)?.[1];
      if (target === undefined) throw refusal(`it impersonates nobody (${url})`);
      return impersonated(clientOf(source_credentials, options), target, delegates);
    }
    case 'external_account': {
      const client = ExternalAccountClient.fromJSON(document as never);
      if (client === null) throw refusal('its external account cannot be read');
      client.scopes = [scope];
      return client;
    }
    case 'external_account_authorized_user':
      return new ExternalAccountAuthorizedUserClient(document as never);
    default:
      throw refusal(`credentials of type ${String(document['type'])} are not known`);
  }
}

function impersonated(sourceClient: Source, targetPrincipal: string, delegates: string[]): Source {
  return new Impersonated({ sourceClient, targetPrincipal, targetScopes: [scope], delegates, lifetime: 3600 });
}

function parse<Schema extends z.ZodType>(schema: Schema, document: unknown): z.output<Schema> {
  const result = schema.safeParse(document);
  if (!result.success) throw refusal(`it lacks ${result.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
  return result.data;
}

function refusal(reason: string): Error {
  return fail('NO_CREDENTIALS', { reason: `the credential file cannot be used: ${reason}` });
}
