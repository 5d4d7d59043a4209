import { isRefusal } from '../api-error.ts';
import type { Json } from '../api.ts';
import { fromBody, toBody } from '../body.ts';
import { matches, oneOf } from '../checks.ts';
import { conflicting } from '../check-config.ts';
import { fieldAt, replacing, restPath } from '../field.ts';
import type { Fields } from '../field.ts';
import { importTemplates, parseImportId } from '../import-id.ts';
import { fillTemplate } from '../link.ts';
import { planLocation, settleLocation } from '../location.ts';
import { waitForOperation } from '../operation.ts';
import type { Resource } from '../resource.ts';
import { failed } from '../failed.ts';
import { requestFor } from '../rest-spec.ts';
import { schemas } from '../schemas.ts';
import type { Session } from '../session.ts';
import { timeoutOf } from '../timeout.ts';
import type { ObjectValue } from '../value.ts';

const type = 'google_compute_router_nat';
const id = '{project}/{region}/{router}/{name}';
const routerPath = '/compute/v1/projects/{project}/regions/{region}/routers/{router}';
const address = 'projects/{project}/regions/{region}/addresses/{}';
const { block } = schemas.resource(type);

const fields: Fields = {
  ...replacing('project', 'endpoint_types'),
  name: { replace: true, check: matches(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/) },
  router: { replace: true, rest: null, ref: 'projects/{project}/regions/{region}/routers/{}' },
  region: { replace: true, rest: null, ref: 'projects/{project}/regions/{}' },
  type: { replace: true, default: 'PUBLIC', check: oneOf('PUBLIC', 'PRIVATE') },
  nat_ip_allocate_option: { check: oneOf('MANUAL_ONLY', 'AUTO_ONLY') },
  source_subnetwork_ip_ranges_to_nat: {
    check: oneOf('ALL_SUBNETWORKS_ALL_IP_RANGES', 'ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES', 'LIST_OF_SUBNETWORKS'),
  },
  auto_network_tier: { unread: true, check: oneOf('PREMIUM', 'STANDARD') },
  nat_ips: { always: true, ref: address },
  drain_nat_ips: { always: true, ref: address },
  initial_nat_ips: { replace: true, always: true, unread: true, ref: address },
  subnetwork: { rest: 'subnetworks', always: true },
  'subnetwork.name': { ref: 'projects/{project}/regions/{region}/subnetworks/{}' },
  nat64_subnetwork: { rest: 'nat64Subnetworks', always: true },
  'nat64_subnetwork.name': { ref: 'projects/{project}/regions/{region}/subnetworks/{}' },
  rules: { always: true },
  'rules.action': { computed: true },
  log_config: { always: true },
  'log_config.filter': { check: oneOf('ERRORS_ONLY', 'TRANSLATIONS_ONLY', 'ALL') },
  udp_idle_timeout_sec: { default: 30 },
  icmp_idle_timeout_sec: { default: 30 },
  tcp_established_idle_timeout_sec: { default: 1200 },
  tcp_time_wait_timeout_sec: { default: 120 },
  tcp_transitory_idle_timeout_sec: { default: 30 },
};

/**
 * An entry in its router's list `nats`, changed by writing the whole list.
 * https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_router_nat
 */
export const computeRouterNat: Resource = {
  type,
  fields,
  validate: (config) => [
    ...conflicting(config, ['initial_nat_ips', 'nat_ips']),
    ...conflicting(config, ['initial_nat_ips', 'drain_nat_ips']),
  ],
  plan: (planned, change) => planLocation(planned, change, ['project']),

  async create(wanted, session) {
    const planned = settleLocation(wanted, session.provider, routerPath);
    let answer: Json;
    try {
      answer = await writeList(planned, session, (nats) => {
        const found = nats.find((nat) => nat.name === planned.name);
        if (found)
          throw new Error(`Unable to create RouterNat, existing object already found: ${JSON.stringify(found)}`);
        return [...nats, toBody(block, fields, planned, { scope: planned })];
      });
    } catch (error) {
      throw failed('Error creating RouterNat', error);
    }
    try {
      await wait(answer, planned, session, 'create');
    } catch (error) {
      throw failed('Error waiting to create RouterNat', error);
    }
    const made = { ...planned, id: fillTemplate(id, planned) };
    const state = await read(made, session);
    if (!state) throw new Error(`Error creating RouterNat: ${made.id} is gone again`);
    return state;
  },

  read,

  async update(planned, prior, session) {
    try {
      const answer = await writeList(planned, session, (nats) => {
        if (!nats.some((nat) => nat.name === planned.name)) {
          throw new Error(`Unable to update RouterNat "${String(prior.id)}" - not found in list`);
        }
        const body = toBody(block, fields, planned, { scope: planned });
        return nats.map((nat) => (nat.name === planned.name ? { ...body, ...unchangeable(nat) } : nat));
      });
      await wait(answer, planned, session, 'update');
    } catch (error) {
      throw failed(`Error updating RouterNat "${String(prior.id)}"`, error);
    }
    const state = await read({ ...planned, id: prior.id ?? null }, session);
    if (!state) throw new Error(`Error updating RouterNat "${String(prior.id)}": it is gone`);
    return state;
  },

  async delete(state, session) {
    let answer: Json;
    try {
      answer = await writeList(state, session, (nats) => nats.filter((nat) => nat.name !== state.name));
    } catch (error) {
      if (isRefusal(error, 404)) return;
      throw failed('Error when reading or editing RouterNat', error);
    }
    await wait(answer, state, session, 'delete');
  },

  importState(text, { provider }) {
    const full = 'projects/{project}/regions/{region}/routers/{router}/{name}';
    const found = parseImportId(text, [full, ...importTemplates(id)], provider);
    return { ...found, id: fillTemplate(id, found) };
  },
};

async function read(state: ObjectValue, session: Session): Promise<ObjectValue | null> {
  let router: Json;
  try {
    router = await session.api.call(requestFor('compute', 'GET', fillTemplate(routerPath, state)));
  } catch (error) {
    if (isRefusal(error, 404)) return null;
    throw failed(`Error when reading or editing ComputeRouterNat "${String(state.id)}"`, error);
  }
  const nat = natsOf(router).find(({ name }) => name === state.name);
  if (!nat) return null;
  return { ...fromBody(block, fields, nat, state), id: state.id ?? null, project: state.project ?? null };
}

/** Reads the router's list, changes it and writes it back, alone among the entries of that router. */
function writeList(values: ObjectValue, session: Session, change: (nats: Json[]) => Json[]): Promise<Json> {
  const path = fillTemplate(routerPath, values);
  return session.alone(path, async () => {
    const router = await session.api.call(requestFor('compute', 'GET', path));
    return session.api.call(requestFor('compute', 'PATCH', path, { nats: change(natsOf(router)) }));
  });
}

/** What stays of an entry whatever the configuration says: what cannot be changed, and what only others write. */
function unchangeable(nat: Json): Json {
  const names = [...Object.keys(block.attributes), ...Object.keys(block.block_types ?? {})];
  const ours = new Set(names.map((name) => restPath(fieldAt(fields, name), name)?.[0]));
  const fixed = new Set(['name', 'type', 'endpointTypes', 'initialNatIps']);
  return Object.fromEntries(Object.entries(nat).filter(([name]) => fixed.has(name) || !ours.has(name)));
}

function wait(
  answer: Json,
  values: ObjectValue,
  session: Session,
  operation: 'create' | 'update' | 'delete',
): Promise<Json> {
  const verb = { create: 'Creating', update: 'Updating', delete: 'Deleting' }[operation];
  return waitForOperation(answer, {
    api: session.api,
    kind: 'compute',
    service: 'compute',
    project: String(values.project),
    activity: `${verb} RouterNat`,
    minutes: timeoutOf(values, operation, 20),
  });
}

function natsOf(router: Json): Json[] {
  return Array.isArray(router.nats) ? (router.nats as Json[]) : [];
}
