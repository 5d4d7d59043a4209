import type { Store } from './service.ts';

/** One thing that exists in the cloud until somebody deletes it. */
export interface LedgerEntry {
  /** The sandbox's own word for its kind: `networks`, `objects`, `iamBindings`. */
  kind: string;
  /** Its path, or for an object `<bucket>/<name>`. */
  name: string;
  /** The uuid of the deployment whose mark it carries, if any. */
  uuid?: string;
  /** Of a bucket: its labels, if it has any. */
  labels?: Readonly<Record<string, string>>;
}

// Written from what the services keep, and not from what we ask Google for: what the inventory overlooks is here all the same.
const kinds = [
  'instanceGroupManagers',
  'instances',
  'instanceTemplates',
  'disks',
  'resourcePolicies',
  'addresses',
  'routers',
  'firewalls',
  'routes',
  'subnetworks',
  'networks',
  'reservations',
  'filestoreInstances',
  'dashboards',
  'serviceAccounts',
];

/** The truth: everything that exists in `project` (default: in all), with its state, its files and what its policy grants. */
export function ledger(store: Store, project?: string): LedgerEntry[] {
  const ofProject = project === undefined ? '' : `projects/${project}/`;
  const resources = kinds.flatMap((kind) =>
    Array.from(store.entries<object>(kind, ofProject), ([name, value]) => ({ kind, name, ...markOf(value) })),
  );
  return [...resources, ...bindings(store, project), ...storage(store, project)];
}

function* bindings(store: Store, wanted: string | undefined): Generator<LedgerEntry> {
  for (const [project, { bindings: all }] of store.entries<{ bindings: { role: string; members: string[] }[] }>(
    'projectPolicies',
  )) {
    if ((wanted ?? project) !== project) continue;
    for (const { role, members } of all)
      for (const member of members) yield { kind: 'iamBindings', name: `projects/${project}/${role}/${member}` };
  }
}

function* storage(store: Store, wanted: string | undefined): Generator<LedgerEntry> {
  type Bucket = { _project: string; labels?: LedgerEntry['labels'] };
  for (const [bucket, { _project, labels }] of store.entries<Bucket>('buckets')) {
    if ((wanted ?? _project) !== _project) continue;
    yield { kind: 'buckets', name: bucket, ...(labels && { labels }) };
    for (const kind of ['objects', 'noncurrentObjects'])
      for (const [key] of store.entries(kind, `${bucket}/`)) yield { kind, name: key };
  }
}

function markOf(value: object): Pick<LedgerEntry, 'uuid'> {
  const text = JSON.stringify(value);
  const mark =
    /"cluster-provision-id":"([\da-f-]{36})"/.exec(text) ??
    /cluster-provision [a-z][-a-z0-9]* ([\da-f-]{36})/.exec(text);
  return mark?.[1] === undefined ? {} : { uuid: mark[1] };
}
