import { describe, expect, it } from 'vitest';

import { serve } from './_support/serve.ts';
import type { Served } from './_support/serve.ts';
import { steppedClock } from './_support/stepped-clock.ts';

const assertion = ['{}', '{"iss":"sa@my-project.iam.gserviceaccount.com"}', 'signature']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

describe('the token endpoint', () => {
  it.each([
    ['a refresh token', { grant_type: 'refresh_token', refresh_token: '1//x' }, 'user:operator@sandbox.test'],
    [
      'a service account’s assertion',
      { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion },
      'serviceAccount:sa@my-project.iam.gserviceaccount.com',
    ],
  ])('gives a token for %s', async (_what, form, principal) => {
    const sandbox = await serve();

    const { status, body } = await token(sandbox, form);

    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    expect(sandbox.world.store.get('tokens', String(body['access_token']))).toMatchObject({ principal });
  });

  it.each([
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['no assertion', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'x' }, 'invalid_grant'],
  ])('refuses %s in the words of OAuth', async (_what, form, error) => {
    const { status, body } = await token(await serve(), form);

    expect([status, body['error']]).toEqual([400, error]);
  });
});

describe('a request', () => {
  it.each([
    ['without a token', {}, 'required'],
    ['with a token nobody gave', { authorization: 'Bearer ya29.made-up' }, 'authError'],
    ['with another scheme', { authorization: 'Basic eDp5' }, 'authError'],
  ])('%s is refused with 401 in Google’s envelope', async (_what, headers, reason) => {
    const { url } = await serve();

    const response = await fetch(`${url}/storage/v1/b?project=my-project`, { headers });

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(await response.json()).toMatchObject({ error: { code: 401, errors: [{ reason, domain: 'global' }] } });
  });

  it('with a token is refused when its hour is over', async () => {
    const clock = steppedClock();
    const sandbox = await serve({ clock });

    const before = await sandbox.ask('/storage/v1/b?project=my-project');
    await clock.advance(3_600_000);
    const after = await sandbox.ask('/storage/v1/b?project=my-project');

    expect([before.status, after.status]).toEqual([200, 401]);
  });

  it('for a path that no API has is 404 in Google’s envelope', async () => {
    const response = await (await serve()).ask('/compute/v1/projects/p/global/unicorns');

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 404, errors: [{ reason: 'notFound' }] } });
  });

  it('is answered in indented JSON when it asks for that', async () => {
    const { ask } = await serve();

    const pretty = await (await ask('/storage/v1/b?project=my-project&prettyPrint=true')).text();
    const plain = await (await ask('/storage/v1/b?project=my-project&prettyPrint=false')).text();

    expect([pretty.split('\n').length > 2, plain.split('\n').length]).toEqual([true, 1]);
    expect(JSON.parse(pretty)).toEqual(JSON.parse(plain));
  });

  it('with a body that is no JSON is 400 parseError', async () => {
    const response = await (await serve()).ask('/storage/v1/b?project=my-project', { method: 'POST', body: '{"name"' });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { errors: [{ reason: 'parseError' }] } });
  });
});

async function token(
  sandbox: Served,
  form: Record<string, string>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${sandbox.url}/oauth2.googleapis.com/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
