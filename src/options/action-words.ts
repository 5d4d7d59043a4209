/** How much of the env file an action needs, and what may follow it on the command line. */
interface ActionWords {
  /** cluster = all that describes one; deployment = project, prefix and location; project = the project alone. */
  needs: 'cluster' | 'deployment' | 'project' | 'nothing';
  operand?: { name: string; words: readonly string[] };
}

const actionWords = {
  create: { needs: 'cluster' },
  destroy: { needs: 'deployment' },
  plan: { needs: 'cluster' },
  validate: { needs: 'cluster' },
  status: { needs: 'deployment' },
  list: { needs: 'project' },
  copy: { needs: 'deployment' },
  cleanup: { needs: 'deployment' },
  unlock: { needs: 'deployment' },
  doctor: { needs: 'nothing' },
  sandbox: { needs: 'nothing' },
  env: { needs: 'nothing' },
  completion: { needs: 'nothing', operand: { name: 'SHELL', words: ['bash', 'zsh', 'fish'] } },
  help: { needs: 'nothing', operand: { name: 'TOPIC', words: ['all'] } },
  version: { needs: 'nothing' },
} as const satisfies Record<string, ActionWords>;

/** The name of an action, in lower case. ACTION and the first argument take it in any case. */
export type ActionName = keyof typeof actionWords;

/** All names, in the order of the help. */
export const actionNames = Object.keys(actionWords) as ActionName[];

/** The actions that need at least a deployment, or at least a whole cluster to make. */
export function actionsThatNeed(...needs: ActionWords['needs'][]): ActionName[] {
  return actionNames.filter((action) => needs.includes(actionWords[action].needs));
}

/** What may follow `action` on the command line; `undefined` = nothing. */
export function operandOf(action: ActionName): ActionWords['operand'] {
  const words: ActionWords = actionWords[action];
  return words.operand;
}
