/** What an action does, how much of the env file it needs, and what may follow it on the command line. */
interface ActionWords {
  summary: string;
  /** cluster = all that describes one; deployment = project, prefix and location; project = the project alone. */
  needs: 'cluster' | 'deployment' | 'project' | 'nothing';
  operand?: { name: string; words: readonly string[] };
}

const actionWords = {
  create: { summary: 'create the cluster, or bring it to what the options say', needs: 'cluster' },
  destroy: { summary: 'take the cluster away, and prove that nothing is left', needs: 'deployment' },
  plan: { summary: 'say what create would do; nothing is changed', needs: 'cluster' },
  validate: { summary: 'check the options, write the Terraform files; no cloud call', needs: 'cluster' },
  status: { summary: 'say how the machines are, what has drifted, what was pre-empted', needs: 'deployment' },
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
    operand: { name: 'SHELL', words: ['bash', 'zsh', 'fish'] },
  },
  help: { summary: 'print this help', needs: 'nothing', operand: { name: 'TOPIC', words: ['all'] } },
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

/** What may follow `action` on the command line; `undefined` = nothing. */
export function operandOf(action: ActionName): ActionWords['operand'] {
  const words: ActionWords = actionWords[action];
  return words.operand;
}
