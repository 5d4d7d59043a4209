import type { BytePath } from './byte-path.ts';
import { escapePath } from './byte-path.ts';
import type { Refusal, Tree } from './tree.ts';

// What Linux follows before it says ELOOP: https://man7.org/linux/man-pages/man7/path_resolution.7.html
const mostHops = 40;

/**
 * The links that are absolute or leave the tree: by their words (`..` above the top), or by where they lead. They are
 * followed step by step as the kernel would, through the other links of the tree, because `a/../x` is not `x` when `a`
 * is a link. What does not exist is taken for a directory.
 */
export function leavingLinks({ links }: Tree): Refusal[] {
  const targets = new Map(links.map((link) => [link.path, link.target]));
  const none = new Map<BytePath, BytePath>();
  return links
    .filter(({ path, target }) => leaves(path, target, none) || leaves(path, target, targets))
    .map(({ path, target }) => ({
      path,
      reason: target.startsWith('/')
        ? `is a link to the absolute path ${escapePath(target)}`
        : `is a link that leaves the directory: ${escapePath(target)}`,
    }));
}

function leaves(path: BytePath, target: BytePath, targets: ReadonlyMap<BytePath, BytePath>): boolean {
  if (target.startsWith('/')) return true;
  const at = path.split('/').slice(0, -1);
  const ahead = target.split('/').toReversed();
  let hops = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.pop() === undefined) return true;
      continue;
    }
    const next = targets.get([...at, part].join('/'));
    if (next === undefined) {
      at.push(part);
      continue;
    }
    // Links that go round in a ring lead nowhere, so not out of the tree either.
    if (next.startsWith('/')) return true;
    if (++hops > mostHops) return false;
    ahead.push(...next.split('/').toReversed());
  }
  return false;
}
