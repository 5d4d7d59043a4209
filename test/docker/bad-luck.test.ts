import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { hasEngine, run, sharedDirectory, small, start } from './_support/containers.ts';

const real = small.filter((word) => word !== '--sandbox');

describe.runIf(hasEngine)('credentials', () => {
  it('that nobody gave are a fault, which names the three ways to give them', async () => {
    const { code, err } = await run(['--network', 'none'], 'create', ...real);

    expect(code).toBe(10);
    expect(err).toContain('gcloud auth application-default login');
    expect(err).toContain('GOOGLE_APPLICATION_CREDENTIALS');
    expect(err).toContain('a machine with a service account');
    expect(err).toContain('-v ~/.config/gcloud:/gcloud:ro');
  });

  it('whose file is missing are a directory that Docker has made', async () => {
    const missing = join(sharedDirectory(), 'key.json');
    const mounted = ['-v', `${missing}:/key.json:ro`, '-e', 'GOOGLE_APPLICATION_CREDENTIALS=/key.json'];

    const { code, err } = await run(mounted, 'create', ...real);

    expect(code).toBe(10);
    expect(err).toContain('it is a directory (Docker makes one where the file that is to be mounted does not exist)');
  });

  it.each([
    [
      '/gcloud/application_default_credentials.json',
      {},
      { type: 'authorized_user', client_id: 'i', client_secret: 's', refresh_token: 'r', account: 'me@example.com' },
      'me@example.com',
    ],
    [
      '/run/secrets/key.json',
      { GOOGLE_APPLICATION_CREDENTIALS: '/run/secrets/key.json' },
      { type: 'service_account', client_email: 'ci@p.iam.gserviceaccount.com', private_key: 'k' },
      'ci@p.iam.gserviceaccount.com',
    ],
    [
      '/run/wif.json',
      { GOOGLE_APPLICATION_CREDENTIALS: '/run/wif.json' },
      {
        type: 'external_account',
        audience: 'a',
        subject_token_type: 't',
        token_url: 'https://sts.googleapis.com/v1/token',
        credential_source: { file: '/nothing' },
      },
      'workload identity federation',
    ],
  ])('in %s are found, and named', async (place, variables, document, name) => {
    const file = join(sharedDirectory(), 'document.json');
    writeFileSync(file, JSON.stringify(document));
    const settings = Object.entries(variables).flatMap(([key, value]) => ['-e', `${key}=${value}`]);

    const { code, err } = await run(['--network', 'none', '-v', `${file}:${place}:ro`, ...settings], 'create', ...real);

    expect(code).toBeGreaterThan(0);
    expect(err).toContain(name);
  });
});

describe.runIf(hasEngine)('bad luck', () => {
  it('of a directory that the user of the image may not read is told before anything is made', async () => {
    const locked = join(sharedDirectory(), 'locked');
    mkdirSync(locked, { mode: 0o700 });

    const { code, err } = await run(['-v', `${locked}:/usr/cp:ro`], 'create', ...small, '--copy-dir-path', '/usr/cp');

    expect(code).toBe(2);
    expect(err).toContain('/usr/cp cannot be read: permission denied');
  });

  it('of no network does not touch the sandbox', async () => {
    const { code, err } = await run(['--network', 'none'], 'create', ...small);

    expect(code, err).toBe(0);
  });

  it('of no network is told as such where Google is meant', async () => {
    const { code, err } = await run(
      ['--network', 'none', '-e', 'GOOGLE_OAUTH_ACCESS_TOKEN=x'],
      ...['list', '--project-id', 'demo-project'],
    );

    expect(code).toBeGreaterThan(0);
    expect(err).toMatch(/cannot be reached|EAI_AGAIN|ENOTFOUND/);
  });

  it('of a proxy that is not there does not touch the sandbox', async () => {
    const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy'].flatMap((name) => ['-e', `${name}=http://127.0.0.1:9`]);

    const { code, err } = await run(proxies, 'create', ...small);

    expect(code, err).toBe(0);
  });
});

// A proxy that looks into what it passes on, as companies have them: it answers every host with a certificate of its own
// authority, and refuses every request by a page that names itself.
const proxy = `
const http = require('node:http'), tls = require('node:tls'), fs = require('node:fs');
const inner = http.createServer((q, r) => { console.log('asked for', q.headers.host); r.writeHead(403, { 'content-type': 'application/json' }); r.end('{"error":{"code":403,"message":"the proxy says no","status":"PERMISSION_DENIED"}}'); });
http.createServer().on('connect', (q, socket) => {
  socket.write('HTTP/1.1 200 OK\\r\\n\\r\\n');
  const secure = new tls.TLSSocket(socket, { isServer: true, key: fs.readFileSync('/ca/key.pem'), cert: fs.readFileSync('/ca/cert.pem') });
  secure.on('error', () => {});
  inner.emit('connection', secure);
}).listen(3128, '127.0.0.1', () => console.log('proxy is open'));
`;

describe.runIf(hasEngine)('a proxy with a private authority', () => {
  it.each([
    ['NODE_EXTRA_CA_CERTS', 'the proxy says no'],
    ['SSL_CERT_FILE', 'the proxy says no'],
    ['NOTHING', 'certificate'],
  ])('is gone through, and trusted by %s', async (variable, answer) => {
    const folder = sharedDirectory();
    execFileSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=private authority'],
      ...['-addext', 'subjectAltName=DNS:*.googleapis.com', '-addext', 'basicConstraints=critical,CA:TRUE'],
      ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
    ]);
    execFileSync('chmod', ['a+r', join(folder, 'key.pem')]);
    const between = await start(['-v', `${folder}:/ca:ro`, '--entrypoint', '/usr/bin/node'], '-e', proxy);
    await between.until('proxy is open');
    const settings = ['--network', `container:${between.name}`, '-v', `${folder}:/ca:ro`];
    settings.push('-e', 'HTTPS_PROXY=http://127.0.0.1:3128', '-e', `${variable}=/ca/cert.pem`);

    const { code, err } = await run(
      [...settings, '-e', 'GOOGLE_OAUTH_ACCESS_TOKEN=x'],
      ...['list', '--project-id', 'demo-project'],
    );

    expect(code).toBeGreaterThan(0);
    expect(err).toContain(answer);
    expect((await between.said()).includes('asked for')).toBe(variable !== 'NOTHING');
  });
});
