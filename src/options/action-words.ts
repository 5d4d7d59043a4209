/** What an action does, how much of the env file it needs, and what may follow it on the command line. */
interface ActionWords {
  summary: string;
  /** cluster = all that describes one; deployment = project, prefix and location; project = the project alone. */
  needs: 'cluster' | 'deployment' | 'project' | 'nothing';
  operands?: readonly Operand[];
  /** What follows `--` is a command for a machine. */
  takesCommand?: true;
  /** Its standard output is not the report's: it carries what comes from a machine. */
  lendsOutput?: true;
}

/** A word that may follow an action on the command line. */
interface Operand {
  name: string;
  /** What it may be; left out = any text. */
  words?: readonly string[];
  form?: { pattern: RegExp; allowed: string };
  needed?: true;
}

const actionWords = {
  create: { summary: 'create the cluster, or bring it to what the options say', needs: 'cluster' },
  destroy: { summary: 'take the cluster away, and prove that nothing is left', needs: 'deployment' },
  plan: { summary: 'say what create would do; nothing is changed', needs: 'cluster' },
  validate: { summary: 'check the options, write the Terraform files; no cloud call', needs: 'cluster' },
  status: { summary: 'say how the machines are, what has drifted, what was pre-empted', needs: 'deployment' },
  logs: {
    summary: 'show the duties and consoles of the machines; --follow goes on',
    needs: 'deployment',
    operands: [{ name: 'MACHINE' }],
  },
  ssh: {
    summary: 'open a shell on a machine, or run the command that follows --',
    needs: 'deployment',
    operands: [{ name: 'MACHINE' }],
    takesCommand: true,
    lendsOutput: true,
  },
  tunnel: {
    summary: 'join standard input and output to a port of a machine',
    needs: 'deployment',
    operands: [
      { name: 'MACHINE', needed: true },
      { name: 'PORT', form: { pattern: /^[1-9]\d{0,4}$/, allowed: 'the number of a port' } },
    ],
    lendsOutput: true,
  },
  list: { summary: 'list the deployments of the project', needs: 'project' },
  copy: { summary: 'send COPY_DIR_PATH to the running machines again', needs: 'deployment' },
  cleanup: {
    summary: 'find what dead runs left behind; --no-dry-run deletes it',
    needs: 'deployment',
  },
  unlock: { summary: 'take off the lock of a run that is dead', needs: 'deployment' },
  doctor: { summary: 'say what is on this machine and in this project', needs: 'nothing' },
  sandbox: { summary: 'serve the embedded Google Cloud for other tools, until Ctrl-C', needs: 'nothing' },
  env: { summary: 'print an example env file', needs: 'nothing' },
  completion: {
    summary: 'print the completion script for bash, zsh or fish',
    needs: 'nothing',
    operands: [{ name: 'SHELL', words: ['bash', 'zsh', 'fish'] }],
  },
  help: { summary: 'print this help', needs: 'nothing', operands: [{ name: 'TOPIC', words: ['all'] }] },
  version: { summary: 'print the version', needs: 'nothing' },
} as const satisfies Record<string, ActionWords>;

/** The name of an action, in lower case. ACTION and the first argument take it in any case. */
export type ActionName = keyof typeof actionWords;

/** All names, in the order of the help. */
export const actionNames = Object.keys(actionWords) as ActionName[];

/** What `action` does, in one line. */
export function summaryOf(action: ActionName): string {
  return actionWords[action].summary;
}

/** The actions that need this much of the env file. */
export function actionsThatNeed(...needs: ActionWords['needs'][]): ActionName[] {
  return actionNames.filter((action) => needs.includes(actionWords[action].needs));
}

/** What may follow `action` on the command line, in its order. */
export function operandsOf(action: ActionName): readonly Operand[] {
  const words: ActionWords = actionWords[action];
  return words.operands ?? [];
}

/** Tells whether what follows `--` is a command for a machine, and none of our words. */
export function takesCommand(action: ActionName): boolean {
  const words: ActionWords = actionWords[action];
  return words.takesCommand ?? false;
}

/** Tells whether the standard output of `action` carries what comes from a machine, so that nothing else may be there. */
export function lendsOutput(action: ActionName): boolean {
  const words: ActionWords = actionWords[action];
  return words.lendsOutput ?? false;
}

/** The action that is called `word`, in any case. */
export function actionNamed(word: string | undefined): ActionName | undefined {
  return actionNames.find((name) => name === word?.toLowerCase());
}
