import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'dotenv';
import { fail } from '../core/faults.ts';
import { shown } from './mistakes.ts';

/** What an env file says. */
export interface EnvFile {
  variables: Map<string, string>;
  notes: string[];
}

/**
 * Reads the file given with `--env-file`: `.env` and `*.env` as the dotenv package does, everything else (env.list) as
 * `docker run --env-file` does. `environment` lends its value to a name that stands alone. Throws ENV_FILE_UNREADABLE.
 */
export function readEnvFile(path: string, environment: Readonly<Record<string, string | undefined>>): EnvFile {
  const text = readText(path);
  if (basename(path).endsWith('.env')) return { variables: new Map(Object.entries(parse(text))), notes: [] };
  try {
    return parseDockerEnvFile(text, environment);
  } catch (error) {
    if (!(error instanceof WrongLine)) throw error;
    throw fail('ENV_FILE_UNREADABLE', { path, reason: error.message }, { cause: error });
  }
}

class WrongLine extends Error {}

/**
 * Docker's form: https://docs.docker.com/reference/cli/docker/container/run/#env. No quotes are removed, nothing is expanded,
 * `#` begins a comment at the start of a line only, spaces at the end of a value belong to it.
 */
function parseDockerEnvFile(text: string, environment: Readonly<Record<string, string | undefined>>): EnvFile {
  const variables = new Map<string, string>();
  const notes: string[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const [, name = '', value = environment[content]] = /^([^=]*)(?:=([^]*))?$/.exec(content) ?? [];
    if (name === '') throw new WrongLine(`line ${index + 1}: there is no name before the =`);
    if (/[ \t]/.test(name)) throw new WrongLine(`line ${index + 1}: the name ${shown(name)} has a space in it`);
    if (value === undefined) continue;
    if (variables.has(name)) notes.push(`${name} is in the env file twice; line ${index + 1} counts`);
    variables.set(name, value);
  }
  return { variables, notes };
}

function readText(path: string): string {
  try {
    // Whoever may write to this file decides what is run on the machines.
    if ((statSync(path).mode & 0o002) !== 0) throw new WrongLine('everybody may write to it; run chmod o-w');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EACCES: 'it may not be read',
      EISDIR: 'it is a directory',
      ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
    };
    const reason = (code === undefined ? undefined : reasons[code]) ?? (error as Error).message;
    throw fail('ENV_FILE_UNREADABLE', { path, reason }, { cause: error });
  }
}
