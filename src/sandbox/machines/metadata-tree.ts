import type { Instance } from './instance.ts';
import { lastOf, metadataOf } from './instance.ts';

/** A directory of the metadata server, or a value. Names are those of its paths: `network-interfaces`. */
export type Tree = { readonly [name: string]: Tree } | string | readonly string[];

/** What the metadata server of a machine knows, below `computeMetadata/v1/`, without tokens and guest attributes. */
export function metadataTree(project: Project, instance: Instance): Tree {
  const zone = lastOf(instance.zone);
  const number = project.number;
  return {
    instance: {
      attributes: Object.fromEntries(metadataOf(instance)),
      'cpu-platform': instance.cpuPlatform ?? '',
      description: instance.description ?? '',
      hostname: instance.hostname ?? `${instance.name}.${zone}.c.${project.id}.internal`,
      id: instance.id,
      'machine-type': `projects/${number}/machineTypes/${lastOf(instance.machineType)}`,
      'maintenance-event': 'NONE',
      name: instance.name,
      'network-interfaces': numbered(instance.networkInterfaces ?? [], (nic) => ({
        'access-configs': numbered(nic.accessConfigs ?? [], (access) => ({
          'external-ip': access.natIP ?? '',
          type: access.type ?? 'ONE_TO_ONE_NAT',
        })),
        ip: nic.networkIP ?? '',
        network: `projects/${number}/networks/${lastOf(nic.network ?? '')}`,
      })),
      preempted: 'FALSE',
      'remaining-cpu-time': '-1',
      scheduling: {
        'automatic-restart': upper(instance.scheduling?.automaticRestart ?? true),
        'on-host-maintenance': instance.scheduling?.onHostMaintenance ?? 'MIGRATE',
        preemptible: upper(instance.scheduling?.preemptible ?? false),
      },
      'service-accounts': serviceAccounts(instance),
      tags: [...(instance.tags?.items ?? [])],
      zone: `projects/${number}/zones/${zone}`,
    },
    project: {
      attributes: {},
      'numeric-project-id': number,
      'project-id': project.id,
    },
  };
}

/** The project of a machine, by its two names. */
export interface Project {
  id: string;
  number: string;
}

/** The part of the tree at `path` (without slashes at its ends); `undefined` when there is none. */
export function subtree(tree: Tree, path: string): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const name of path.split('/').filter(Boolean)) {
    if (!isDirectory(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** Tells directories from values. */
export function isDirectory(tree: Tree | undefined): tree is { readonly [name: string]: Tree } {
  return typeof tree === 'object' && !Array.isArray(tree);
}

/** The names in a directory, one a line; directories end with a slash. */
export function listing(directory: { readonly [name: string]: Tree }): string {
  return Object.entries(directory)
    .map(([name, tree]) => (isDirectory(tree) ? `${name}/\n` : `${name}\n`))
    .join('');
}

/**
 * The tree as JSON: names in camel case, but for the keys of attributes, which are the user's; numbered directories are
 * arrays. https://cloud.google.com/compute/docs/metadata/querying-metadata#aggcontents
 */
export function asJson(tree: Tree, path: string): unknown {
  if (!isDirectory(tree)) return path.endsWith('/id') ? Number(tree) : tree;
  const names = Object.keys(tree);
  if (/(interfaces|configs)$/.test(path)) return names.map((name) => asJson(tree[name] ?? '', `${path}/${name}`));
  const verbatim = /(^|\/)attributes$/.test(path);
  return Object.fromEntries(
    names.map((name) => [verbatim ? name : camelCase(name), asJson(tree[name] ?? '', `${path}/${name}`)]),
  );
}

/** The tree as lines `path value`, as `alt=text` has it. */
export function asText(tree: Tree, path = ''): string {
  if (!isDirectory(tree)) return `${path} ${Array.isArray(tree) ? tree.join(' ') : String(tree)}\n`;
  return Object.entries(tree)
    .map(([name, below]) => asText(below, path ? `${path}/${name}` : name))
    .join('');
}

function serviceAccounts(instance: Instance): Tree {
  const accounts = instance.serviceAccounts ?? [];
  return Object.fromEntries(
    accounts.flatMap((account) => {
      const entry = { aliases: ['default'], email: account.email, scopes: [...(account.scopes ?? [])] };
      return [
        ['default', entry],
        [account.email, entry],
      ];
    }),
  );
}

function numbered<T>(items: readonly T[], tree: (item: T) => Tree): Tree {
  return Object.fromEntries(items.map((item, index) => [String(index), tree(item)]));
}

function upper(value: boolean): string {
  return value ? 'TRUE' : 'FALSE';
}

function camelCase(name: string): string {
  return /^[a-z0-9-]+$/.test(name)
    ? name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    : name;
}
