import { deleteResource, listAggregated, listGlobal } from '../google/compute-resources.ts';
import type { ComputeResource } from '../google/compute-resources.ts';
import { deleteDashboard, listDashboards } from '../google/dashboards.ts';
import { deleteShare, listShares } from '../google/filestore.ts';
import { isGoogleError } from '../google/http.ts';
import type { GoogleHttp } from '../google/http.ts';
import { dropProjectMember } from '../google/policies.ts';
import { deleteServiceAccount, listServiceAccounts } from '../google/service-accounts.ts';
import { labels } from './deployment.ts';

/** A resource of the project, of a type that a deployment can have. */
export interface Seen {
  /** Terraform's word for its type, without `google_`: `compute_network`. */
  type: string;
  name: string;
  /** What Terraform's provider imports it by: `projects/p/global/networks/n`. */
  id: string;
  /** Whose it is; `undefined` = not made by us. */
  mark: Mark | undefined;
  remove(signal?: AbortSignal): Promise<void>;
}

/** One resource that carries the mark of a deployment: its uuid and its NAME_PREFIX. */
export type Found = Omit<Seen, 'mark'> & Mark;

interface Mark {
  prefix: string;
  uuid: string;
}

/**
 * The types that a deployment can have, in the order in which they can be deleted: whatever uses another comes first.
 * Names alone never decide: only the mark does, so a sibling (`a` and `a-1`) is not touched.
 */
const collections: readonly { type: string; list(http: GoogleHttp, project: string): Promise<Seen[]> }[] = [
  compute('compute_instance_group_manager', 'instanceGroupManagers', listAggregated),
  compute('compute_instance', 'instances', listAggregated),
  compute('compute_instance_template', 'instanceTemplates', listGlobal),
  compute('compute_disk', 'disks', listAggregated),
  compute('compute_resource_policy', 'resourcePolicies', listAggregated),
  { type: 'filestore_instance', list: findShares },
  compute('compute_address', 'addresses', listAggregated),
  compute('compute_router', 'routers', listAggregated),
  compute('compute_firewall', 'firewalls', listGlobal),
  compute('compute_subnetwork', 'subnetworks', listAggregated),
  compute('compute_network', 'networks', listGlobal),
  { type: 'service_account', list: findAccounts },
  { type: 'monitoring_dashboard', list: findDashboards },
];

/**
 * Everything in the project that carries a mark of cluster-provision, of one deployment (by uuid, or by prefix where the
 * uuid is not known) or of all.
 */
export async function inventory(
  http: GoogleHttp,
  project: string,
  wanted: { uuid?: string | undefined; prefix?: string | undefined } = {},
): Promise<Found[]> {
  return (await survey(http, project)).flatMap(({ mark, ...seen }) => {
    if (!mark) return [];
    const { uuid, prefix } = mark;
    return (wanted.uuid ?? uuid) === uuid && (wanted.prefix ?? prefix) === prefix ? [{ ...seen, uuid, prefix }] : [];
  });
}

/**
 * Everything in the project that is of a type a deployment can have, whoever made it, in the order in which it can be deleted.
 * An API that is switched off holds nothing.
 */
export async function survey(http: GoogleHttp, project: string): Promise<Seen[]> {
  const lists = await Promise.all(
    collections.map(async ({ list }) => {
      try {
        return await list(http, project);
      } catch (error) {
        if (isGoogleError(error, 403, 'SERVICE_DISABLED') || isGoogleError(error, 403, 'accessNotConfigured'))
          return [];
        throw error;
      }
    }),
  );
  return lists.flat();
}

function compute(
  type: string,
  collection: string,
  list: (http: GoogleHttp, project: string, collection: string) => Promise<ComputeResource[]>,
): (typeof collections)[number] {
  return {
    type,
    async list(http, project) {
      return (await list(http, project, collection)).map(({ name, selfLink, ...resource }) => ({
        type,
        name,
        id: selfLink.slice(selfLink.indexOf('projects/')),
        mark:
          markOfLabels(resource.labels) ??
          markOfLabels(resource.properties?.labels ?? {}) ??
          markOfText(resource.description),
        remove: (signal?: AbortSignal) => deleteResource(http, selfLink, { signal }),
      }));
    },
  };
}

async function findShares(http: GoogleHttp, project: string): Promise<Seen[]> {
  return (await listShares(http, project)).map(({ name, labels: own }) => ({
    type: 'filestore_instance',
    name: last(name),
    id: name,
    mark: markOfLabels(own),
    remove: (signal?: AbortSignal) => deleteShare(http, name, signal),
  }));
}

async function findAccounts(http: GoogleHttp, project: string): Promise<Seen[]> {
  return (await listServiceAccounts(http, project)).map(({ name, email, description }) => ({
    type: 'service_account',
    name: email,
    id: name,
    mark: markOfText(description),
    async remove() {
      await dropProjectMember(http, project, `serviceAccount:${email}`);
      await deleteServiceAccount(http, name);
    },
  }));
}

async function findDashboards(http: GoogleHttp, project: string): Promise<Seen[]> {
  return (await listDashboards(http, project)).map(({ name, labels: own }) => ({
    type: 'monitoring_dashboard',
    name: last(name),
    id: name,
    // A dashboard's labels have keys only: `cluster-provision-id:<uuid>` is written as one key each.
    mark: markOfLabels(own) ?? markOfText(Object.keys(own).join(' ')),
    remove: () => deleteDashboard(http, name),
  }));
}

function markOfLabels(own: Readonly<Record<string, string>>): Mark | undefined {
  const [prefix, uuid] = [own[labels.name], own[labels.id]];
  return prefix !== undefined && uuid !== undefined ? { prefix, uuid } : undefined;
}

function markOfText(text: string): Mark | undefined {
  const match = /cluster-provision ([a-z][-a-z0-9]*) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/.exec(text);
  return match?.[1] && match[2] ? { prefix: match[1], uuid: match[2] } : undefined;
}

function last(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
