/** One secret of each kind, as it leaks: `text` is what somebody prints, and `mark` is the part that nobody may ever read. */
interface Canary {
  text: string;
  mark: string;
}

const key = ['MIIEcanary08kPEM', 'x'.repeat(64), 'canary08end+/=='].join('\n');
const pem = `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`;
const legacy = `-----BEGIN RSA PRIVATE KEY-----\ncanary09RSAbody\n-----END RSA PRIVATE KEY-----`;

/** Credentials, known by their form wherever they come from. */
export const credentials: Readonly<Record<string, Canary>> = {
  'an access token': { text: 'token ya29.canary01abcdefghijkl refused', mark: 'canary01' },
  'a federated access token': { text: '{"access_token": "opaque.canary02.token"}', mark: 'canary02' },
  'a refresh token': { text: 'invalid_grant: 1//0canary03abcdefghijklmnop', mark: 'canary03' },
  'an OAuth client secret': { text: 'client GOCSPX-canary04abcdefghijkl', mark: 'canary04' },
  'an id token': { text: 'eyJhbGciOiJSUzI1.eyJcanary05IjoiaHR0.c2lnbmF0dXJl', mark: 'canary05' },
  'a bearer header': { text: 'authorization: Bearer canary06.opaque+token/==', mark: 'canary06' },
  'a header with a password': { text: 'Proxy-Authorization: Basic canary07dXNlcjpw', mark: 'canary07' },
  'a private key': { text: `cannot parse ${pem}`, mark: 'canary08' },
  'a private key of the older form': { text: legacy, mark: 'canary09' },
  'a key file': {
    text: JSON.stringify({ type: 'service_account', private_key_id: 'canary10id', private_key: pem }, null, 2),
    mark: 'canary10',
  },
  'a credential file, as a text in JSON': {
    text: JSON.stringify(JSON.stringify({ refresh_token: 'canary11-token', type: 'authorized_user' })),
    mark: 'canary11',
  },
  'the password of a proxy': { text: 'dial http://me:canary12-pw@proxy:3128: refused', mark: 'canary12' },
};

const quoted = 'canary15 "quoted" ${file("/x")} %{ if } <&> \\ \u00e9';

/** Secrets that the user gives to the machines: known by the name they are given under. */
export const given: Readonly<Record<string, Canary>> = {
  'METADATA db-password': { text: 'canary13-password', mark: 'canary13' },
  'METADATA wandb_api_key': { text: 'canary14-wandb', mark: 'canary14' },
  'METADATA client-secret': { text: quoted, mark: 'canary15' },
  'METADATA ssh-private-key': { text: 'canary16-line-one\ncanary16-line-two\n', mark: 'canary16' },
  'METADATA HF_TOKEN': { text: 'canary17-hf', mark: 'canary17' },
  'STARTUP_COMMAND, a variable': { text: 'canary18-variable', mark: 'canary18' },
  'STARTUP_COMMAND, a flag': { text: 'canary19 flag', mark: 'canary19' },
  GOOGLE_OAUTH_ACCESS_TOKEN: { text: 'canary20-opaque-token', mark: 'canary20' },
  'HTTPS_PROXY, its password alone': { text: 'canary21%pw', mark: 'canary21' },
};

const metadata = Object.entries(given)
  .filter(([name]) => name.startsWith('METADATA '))
  .map(([name, { text }]) => [name.slice('METADATA '.length), text]);

/** The environment of a user who gives all of them. */
export const environment = {
  METADATA: JSON.stringify(Object.fromEntries(metadata)),
  STARTUP_COMMAND: `export HF_TOKEN=canary18-variable; login --api-key "canary19 flag"; exec python3 train.py`,
  GOOGLE_OAUTH_ACCESS_TOKEN: 'canary20-opaque-token',
  HTTPS_PROXY: 'http://me:canary21%25pw@127.0.0.1:9',
};

/** All of them, by name. */
export const canaries: Readonly<Record<string, Canary>> = { ...credentials, ...given };

/** Everything that leaks in one text, as a careless server would echo it. */
export const leak = Object.values(canaries)
  .map(({ text }) => text)
  .join('\n');

/** The names of the canaries that can be read in `text`. */
export function sung(text: string, among: Readonly<Record<string, Canary>> = canaries): string[] {
  return Object.entries(among)
    .filter(([, { mark }]) => text.includes(mark))
    .map(([name]) => name);
}
