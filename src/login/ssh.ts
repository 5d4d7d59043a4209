import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { run } from '../core/run.ts';
import { shellWord } from '../core/shell-word.ts';

/** One run of OpenSSH's client. */
export interface SshCall {
  /** The machine's name: what a `Host` line of the user's own configuration would match. */
  machine: string;
  /** Under which name its host keys are known. */
  alias: string;
  username: string;
  /** A folder of this session alone, with the files of `SessionFiles` in it. */
  folder: string;
  /** The machine's host keys are known beforehand, so no others are accepted. */
  strict: boolean;
  /** The command line that joins its standard input and output to the machine's port 22. */
  tunnel: readonly string[];
  /** A program with its arguments, a whole command line as one word, or nothing for a shell. */
  command: readonly string[];
  environment: NodeJS.ProcessEnv;
  stop: AbortSignal;
}

/** The files of a session in its folder. */
export const sessionFiles = {
  key: 'key',
  knownHosts: 'known_hosts',
  sshLog: 'ssh.log',
  tunnelLog: 'tunnel.log',
} as const;

/** How ssh ended. */
export interface SshEnd {
  /** Its exit code: that of the command, or 255 for ssh's own failure. */
  code: number;
  /** The machine has let us in; before that nothing was read from standard input. */
  authenticated: boolean;
  /** What ssh said for itself, line by line. */
  log: readonly string[];
  /** What the tunnel said, as JSON lines. */
  tunnelLog: readonly string[];
}

/** Runs ssh on our own terminal, or our own standard input and output. Throws nothing for what it does. */
export async function runSsh(call: SshCall): Promise<SshEnd> {
  const [sshLog, tunnelLog] = [join(call.folder, sessionFiles.sshLog), join(call.folder, sessionFiles.tunnelLog)];
  await Promise.all([rm(sshLog, { force: true }), rm(tunnelLog, { force: true })]);
  const outcome = await run({
    file: 'ssh',
    args: sshArguments(call),
    // It is the user's own program. The tunnel is started by a shell, of which the syntax must be known.
    env: { ...definedOnly(call.environment), SHELL: '/bin/sh' },
    terminal: true,
    signal: call.stop,
  });
  const log = await linesOf(sshLog);
  return {
    code: outcome.exitCode ?? 255,
    authenticated: log.some((line) => line.startsWith('Authenticated to ')),
    log: log.filter((line) => !/^(Authenticated to |Transferred: |Bytes per second: )/.test(line)),
    tunnelLog: await linesOf(tunnelLog),
  };
}

/** The arguments of ssh: what the session needs wins over the user's own configuration, which holds for the rest. */
export function sshArguments(call: SshCall): string[] {
  const file = (name: keyof typeof sessionFiles): string => join(call.folder, sessionFiles[name]);
  const options = {
    // Nothing but the key of this session, and nothing but the host keys of this machine.
    IdentityFile: quoted(file('key')),
    IdentitiesOnly: 'yes',
    PreferredAuthentications: 'publickey,keyboard-interactive',
    UserKnownHostsFile: quoted(file('knownHosts')),
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: call.strict ? 'yes' : 'accept-new',
    HostKeyAlias: call.alias,
    CheckHostIP: 'no',
    HashKnownHosts: 'no',
    UpdateHostKeys: 'no',
    ProxyCommand: `${call.tunnel.map(shellWord).join(' ')} 2>${shellWord(file('tunnelLog'))}`.replaceAll('%', '%%'),
    // A shared connection would outlive the session and its tunnel.
    ControlMaster: 'no',
    ControlPath: 'none',
    // A lost tunnel is taken up again for a quarter of an hour; that long ssh must wait for its answers.
    ServerAliveInterval: '30',
    ServerAliveCountMax: '30',
    // At this level it writes down that it was let in.
    LogLevel: 'VERBOSE',
  };
  return [
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...['-E', file('sshLog'), '-l', call.username, call.machine],
    ...remoteCommand(call.command),
  ];
}

/** Several words arrive as they were typed; one word is a command line for the machine's shell. */
function remoteCommand(command: readonly string[]): string[] {
  return command.length > 1 ? [command.map(shellWord).join(' ')] : [...command];
}

// As ssh_config(5) quotes: a path may hold spaces, and % is special in paths, too.
function quoted(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split(/\r?\n/).filter(Boolean);
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
