import type { Action } from './action.ts';

/** An action as the help lists it; its module is loaded only when it is asked for. */
export interface ActionEntry {
  name: string;
  summary: string;
  load(): Promise<Action>;
}

/** Every ACTION, in the order of the help. */
export const actions: readonly ActionEntry[] = [
  {
    name: 'create',
    summary: 'create the cluster, or bring an existing one to what the options say',
    load: async () => (await import('./create.ts')).create,
  },
  {
    name: 'destroy',
    summary: 'take the cluster away, and prove that nothing is left',
    load: async () => (await import('./destroy.ts')).destroy,
  },
  {
    name: 'plan',
    summary: 'say what create would do; nothing is changed',
    load: async () => (await import('./plan.ts')).plan,
  },
  {
    name: 'validate',
    summary: 'check the options and write the Terraform files; no cloud call is made',
    load: async () => (await import('./validate.ts')).validate,
  },
  {
    name: 'status',
    summary: 'say how the machines are, what has drifted, what Google has taken back',
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'list',
    summary: 'list the deployments of the project',
    load: async () => (await import('./list.ts')).list,
  },
  {
    name: 'copy',
    summary: 'send COPY_DIR_PATH to the running machines again',
    load: async () => (await import('./copy.ts')).copy,
  },
  {
    name: 'cleanup',
    summary: 'find what carries the uuid of a deployment and, with --no-dry-run, delete it',
    load: async () => (await import('./cleanup.ts')).cleanup,
  },
  {
    name: 'unlock',
    summary: 'take off the lock of a run that is dead',
    load: async () => (await import('./unlock.ts')).unlock,
  },
  {
    name: 'doctor',
    summary: 'say what is on this machine and in this project',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'sandbox',
    summary: 'serve the embedded Google Cloud in the foreground, for other tools',
    load: async () => (await import('./sandbox.ts')).sandbox,
  },
];

/** Words that are answered before any option is read. */
export const words = [
  { name: 'env', summary: 'print env.list.example' },
  { name: 'completion', summary: 'print the completion script for bash, zsh or fish' },
  { name: 'help', summary: 'print this help' },
  { name: 'version', summary: 'print the version' },
] as const;
