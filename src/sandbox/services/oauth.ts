import { Buffer } from 'node:buffer';

import * as z from 'zod';

import { ApiError, defineService } from '../service.ts';
import type { Request } from '../service.ts';
import { issueToken, operator, tokenPrincipal } from '../tokens.ts';

const JwtClaims = z.object({ iss: z.string() });

/** Hands out access tokens: https://developers.google.com/identity/protocols/oauth2/service-account#httprest */
export const oauth = defineService({
  host: 'oauth2.googleapis.com',
  mount: '/oauth2.googleapis.com',
  open: true,
  notModelled: [
    'signatures of JWT assertions and client secrets (every refresh token and every key is good)',
    'scopes',
  ],
  routes: {
    'POST /token': { raw: true, handler: token },
    'POST /tokeninfo': { raw: true, handler: tokenInfo },
  },
});

async function token(request: Request): Promise<object> {
  const form = new URLSearchParams(await text(request));
  const access_token = issueToken(request.store, principal(form), request.now);
  return {
    access_token,
    expires_in: 3599,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    token_type: 'Bearer',
  };
}

// https://developers.google.com/identity/sign-in/web/backend-auth#calling-the-tokeninfo-endpoint
async function tokenInfo(request: Request): Promise<object> {
  const form = new URLSearchParams(await text(request));
  const whose = tokenPrincipal(request.store, form.get('access_token') ?? '', request.now);
  if (whose === undefined) throw refusal('invalid_token', 'Invalid Value');
  const [, email] = /^(?:user|serviceAccount):(.+)$/.exec(whose) ?? [];
  return { ...(email ? { email, email_verified: 'true' } : {}), expires_in: '3599', access_type: 'online' };
}

function principal(form: URLSearchParams): string {
  switch (form.get('grant_type')) {
    case 'refresh_token':
      return operator;
    case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
      return `serviceAccount:${issuer(form.get('assertion') ?? '')}`;
    default:
      throw refusal('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type') ?? ''}`);
  }
}

function issuer(assertion: string): string {
  try {
    return JwtClaims.parse(JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString())).iss;
  } catch {
    throw refusal('invalid_grant', 'Invalid JWT: it must be a signed assertion with an issuer.');
  }
}

// The token endpoint has an envelope of its own (RFC 6749, 5.2).
class Refusal extends ApiError {
  override toJSON(): object {
    return { error: this.reason, error_description: this.message };
  }
}

function refusal(error: string, description: string): Refusal {
  return new Refusal(400, error, description);
}

async function text(request: Request): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request.raw ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
