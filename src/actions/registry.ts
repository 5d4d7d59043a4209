import type { ActionName } from '../options/action-words.ts';
import type { Action } from './action.ts';

/** Where each action is; its module is loaded only when it is asked for, because start-up is on every user's path. */
export const actions: Readonly<
  Record<Exclude<ActionName, 'env' | 'completion' | 'help' | 'version'>, () => Promise<Action>>
> = {
  create: async () => (await import('./create.ts')).create,
  destroy: async () => (await import('./destroy.ts')).destroy,
  plan: async () => (await import('./plan.ts')).plan,
  validate: async () => (await import('./validate.ts')).validate,
  status: async () => (await import('./status.ts')).status,
  logs: async () => (await import('./logs.ts')).logs,
  ssh: async () => (await import('./ssh.ts')).ssh,
  tunnel: async () => (await import('./tunnel.ts')).tunnel,
  list: async () => (await import('./list.ts')).list,
  copy: async () => (await import('./copy.ts')).copy,
  cleanup: async () => (await import('./cleanup.ts')).cleanup,
  unlock: async () => (await import('./unlock.ts')).unlock,
  doctor: async () => (await import('./doctor.ts')).doctor,
  sandbox: async () => (await import('./sandbox.ts')).sandbox,
};
