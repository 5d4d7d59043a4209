import { hostname, userInfo } from 'node:os';

/** `user@host` of this process, as Terraform writes it into its locks; `@host` where the user has no name. */
export function userAndHost(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container's user need not have a name.
    return `@${hostname()}`;
  }
}
