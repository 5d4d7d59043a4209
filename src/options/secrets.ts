import type { Findings } from './findings.ts';

// Metadata is readable on the machines, but that is no reason to have it in logs.
const secretKey = /secret|token|passw|credential|private|api[-_]?key/i;
// NAME_TOKEN=value, --api-key value and password: value in a script; a value that the shell fills in is none.
const assignment =
  /(?:secret|token|password|passwd|credentials?|(?:api|private|access)[-_]?key)["']?(?:[ \t]{0,8}[=:][ \t]{0,8}|(?<=\B--[\w-]{1,40})[ \t]{1,8})(?:"([^"$`\n]{6,4096})"|'([^'\n]{6,4096})'|([^\s"'$`;|&<>()]{6,4096}))/gi;

/** What may hold secrets, of the options and of the environment. */
interface Holders {
  metadata: Readonly<Record<string, string>>;
  startupCommand?: string | undefined;
}

/**
 * The texts that look like secrets by the name they have in METADATA, in STARTUP_COMMAND and in the environment, to be
 * cut out of every text that leaves the process (see redact.ts).
 */
export function secretTexts(
  { metadata, startupCommand = '' }: Holders,
  environment: Readonly<Record<string, string | undefined>> = {},
): string[] {
  return [
    ...secretKeys(metadata).map((key) => metadata[key] ?? ''),
    ...secretsInScript(startupCommand),
    ...Object.entries(environment).flatMap(([name, text = '']) => secretsOfVariable(name, text)),
  ];
}

/** The texts in a script for the machines that look like secrets by what they are given to. */
export function secretsInScript(script: string): string[] {
  return [...script.matchAll(assignment)].map((found) => found[1] ?? found[2] ?? found[3] ?? '');
}

/**
 * Metadata is no place for secrets: every process of a machine can read it, and so can whoever may look at the project
 * or at Terraform's state. They are used all the same, because they were asked for, and this says so.
 */
export function noteSecrets({ metadata, startupCommand = '' }: Holders, { note }: Findings): void {
  const keys = secretKeys(metadata).map((key) => `${key} in METADATA`);
  const places = [...keys, ...(secretsInScript(startupCommand).length > 0 ? ['STARTUP_COMMAND'] : [])];
  if (places.length === 0) return;
  note(
    `${places.join(', ')} ${places.length === 1 ? 'looks like a secret' : 'look like secrets'}: every process on the machines ` +
      'can read metadata, and so can whoever may look at the project or at the state. Secret Manager is the place for it: ' +
      'gcloud secrets versions access latest --secret=NAME',
  );
}

function secretKeys(metadata: Readonly<Record<string, string>>): string[] {
  return Object.keys(metadata).filter((key) => secretKey.test(key));
}

function secretsOfVariable(name: string, text: string): string[] {
  if (name === 'GOOGLE_OAUTH_ACCESS_TOKEN') return [text];
  if (!/_proxy$/i.test(name) || !URL.canParse(text)) return [];
  const { password } = new URL(text);
  return password === '' ? [] : [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
