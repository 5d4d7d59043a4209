import type { Json } from '../api.ts';
import { conflicting } from '../check-config.ts';
import { between, oneOf } from '../checks.ts';
import { fillTemplate, relativePath } from '../link.ts';
import { replacing } from '../field.ts';
import { restResource } from '../rest-resource.ts';
import { requestFor } from '../rest-spec.ts';
import type { Session } from '../session.ts';
import { statefulBlocks, statefulPolicy } from '../stateful.ts';
import { goDuration, timeoutOf } from '../timeout.ts';
import { blocksOf, isEmpty } from '../value.ts';
import type { ObjectValue, Value } from '../value.ts';

const collection = '/compute/v1/projects/{project}/zones/{zone}/instanceGroupManagers';
const self = `${collection}/{name}`;
const id = 'projects/{project}/zones/{zone}/instanceGroupManagers/{name}';
const stateful = ['stateful_disk', 'stateful_internal_ip', 'stateful_external_ip'];
const patched = [
  'description',
  'target_pools',
  'auto_healing_policies',
  'version',
  'standby_policy',
  'target_suspended_size',
  'target_stopped_size',
  'update_policy',
  'instance_lifecycle_policy',
  'all_instances_config',
  'list_managed_instances_results',
  'resource_policies',
];
const group = 'managed group instances';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_instance_group_manager */
export const computeInstanceGroupManager = restResource({
  type: 'google_compute_instance_group_manager',
  label: 'InstanceGroupManager',
  readLabel: 'Instance Group Manager "{name}"',
  service: 'compute',
  collection,
  self,
  id,
  operation: 'compute',
  minutes: 15,
  keepsFailed: true,
  resumes: 'operation',
  located: ['project', 'zone'],
  deleteRetries: 20,
  words: { deleting: 'Error deleting instance group manager', updating: 'Error updating managed group instances' },
  importIds: [id, '{project}/{zone}/{name}', '{project}/{name}', '{name}'],
  fields: {
    ...replacing('project', 'name', 'base_instance_name'),
    zone: { replace: true, rest: null },
    target_size: { always: true },
    version: 'versions',
    'version.instance_template': { same: sameTemplate },
    'version.target_size': { always: true },
    named_port: 'namedPorts',
    auto_healing_policies: { list: true },
    'auto_healing_policies.initial_delay_sec': { check: between(0, 3600) },
    update_policy: { computed: true },
    'update_policy.type': { check: oneOf('OPPORTUNISTIC', 'PROACTIVE') },
    'update_policy.minimal_action': { check: oneOf('REFRESH', 'RESTART', 'REPLACE') },
    'update_policy.most_disruptive_allowed_action': { check: oneOf('NONE', 'REFRESH', 'RESTART', 'REPLACE') },
    'update_policy.replacement_method': { check: oneOf('RECREATE', 'SUBSTITUTE', ''), same: sameMethod },
    'update_policy.max_surge_fixed': 'maxSurge.fixed',
    'update_policy.max_surge_percent': { rest: 'maxSurge.percent', check: between(0, 100) },
    'update_policy.max_unavailable_fixed': 'maxUnavailable.fixed',
    'update_policy.max_unavailable_percent': { rest: 'maxUnavailable.percent', check: between(0, 100) },
    instance_lifecycle_policy: { computed: true },
    'instance_lifecycle_policy.default_action_on_failure': { default: 'REPAIR', check: oneOf('REPAIR', 'DO_NOTHING') },
    'instance_lifecycle_policy.force_update_on_repair': { default: 'NO', check: oneOf('YES', 'NO') },
    standby_policy: { computed: true },
    'standby_policy.mode': { check: oneOf('MANUAL', 'SCALE_OUT_POOL') },
    all_instances_config: 'allInstancesConfig.properties',
    'stateful_disk.delete_rule': { default: 'NEVER', check: oneOf('NEVER', 'ON_PERMANENT_INSTANCE_DELETION') },
    'stateful_internal_ip.delete_rule': { default: 'NEVER' },
    'stateful_external_ip.delete_rule': { default: 'NEVER' },
    'resource_policies.workload_policy': { ref: 'projects/{project}/regions/{region}/resourcePolicies/{}' },
    list_managed_instances_results: { default: 'PAGELESS', check: oneOf('PAGELESS', 'PAGINATED') },
    instance_group_manager_id: 'id',
    operation: { rest: null },
    wait_for_instances: { rest: null, default: false },
    wait_for_instances_status: { rest: null, default: 'STABLE', check: oneOf('STABLE', 'UPDATED') },
  },
  updates: [
    {
      when: [...patched, ...stateful],
      method: 'PATCH',
      label: group,
      shapeBody: (body, planned, prior) => ({ ...groupBody(body, planned), fingerprint: prior.fingerprint }),
    },
    {
      when: ['named_port'],
      method: 'POST',
      path: '/compute/v1/projects/{project}/zones/{zone}/instanceGroups/{name}/setNamedPorts',
      label: 'InstanceGroupManager',
    },
    {
      when: ['target_size'],
      method: 'POST',
      path: '/resize',
      query: (planned) => ({ size: String(planned.target_size) }),
      shapeBody: () => undefined,
      label: 'InstanceGroupManager',
    },
  ],
  validate: (config) =>
    blocksOf(config, 'update_policy').flatMap((policy) => [
      ...conflicting(policy, ['max_surge_fixed', 'max_surge_percent']),
      ...conflicting(policy, ['max_unavailable_fixed', 'max_unavailable_percent']),
    ]),
  shapeBody: (body, planned) => groupBody({ statefulDisk: [], resourcePolicies: null, ...body }, planned),
  shapeAnswer({ statefulPolicy: policy, versions, resourcePolicies, ...answer }) {
    return {
      ...answer,
      ...statefulBlocks(policy),
      versions: (versions as Json[] | undefined)?.map((version) => ({
        ...version,
        targetSize: sizeAnswer(version.targetSize),
      })),
      ...(isEmpty(resourcePolicies as Value) ? {} : { resourcePolicies }),
    };
  },
  settle: waitForInstances,
});

function groupBody(body: Json, planned: ObjectValue): Json {
  const { statefulDisk, statefulInternalIp, statefulExternalIp, updatePolicy, versions, resourcePolicies, ...rest } =
    body;
  const keeps = statefulDisk ?? statefulInternalIp ?? statefulExternalIp;
  return {
    ...rest,
    ...(versions ? { versions: (versions as Json[]).map(versionBody) } : {}),
    ...(updatePolicy ? { updatePolicy: updateBody(updatePolicy as Json) } : {}),
    ...(keeps ? { statefulPolicy: statefulPolicy(planned) } : {}),
    ...(resourcePolicies === undefined ? {} : { resourcePolicies: resourcePolicies ?? { workloadPolicy: null } }),
  };
}

/** A template is meant by its number where that is known, so that one made anew under the same name is not taken for it. */
function versionBody(version: Json): Json {
  const [, path, number] = /^(.*\/)[^/]+\?uniqueId=(\d+)$/.exec(String(version.instanceTemplate)) ?? [];
  const instanceTemplate = path === undefined ? version.instanceTemplate : `${path}${number ?? ''}`;
  return { ...version, instanceTemplate, targetSize: version.targetSize ?? {} };
}

// Google wants to hear of both forms: the one that holds, and null for the other.
function updateBody({ maxSurge, maxUnavailable, ...policy }: Json): Json {
  return {
    mostDisruptiveAllowedAction: null,
    ...policy,
    maxSurge: fixedOrPercent(maxSurge),
    maxUnavailable: fixedOrPercent(maxUnavailable),
  };
}

function fixedOrPercent(value: unknown): Json {
  const { fixed, percent } = (value ?? {}) as { fixed?: number; percent?: number };
  return percent ? { percent, fixed: null } : { fixed: fixed ?? 0, percent: null };
}

function sizeAnswer(size: unknown): Json | undefined {
  const { fixed, percent } = (size ?? {}) as { fixed?: number; percent?: number };
  if (percent) return { percent };
  return fixed ? { fixed } : undefined;
}

function sameTemplate(configured: Value, known: Value): boolean {
  const plain = (link: Value): string => relativePath(String(link)).replace(/\?.*$/, '');
  return plain(configured) === plain(known);
}

function sameMethod(configured: Value, known: Value): boolean {
  return isEmpty(configured) && known === 'SUBSTITUTE';
}

async function waitForInstances(planned: ObjectValue, session: Session): Promise<void> {
  if (planned.wait_for_instances !== true) return;
  const every = 200;
  const minutes = timeoutOf(planned, 'create', 15);
  const polls = (minutes * 60_000) / every;
  for (let poll = 0; poll < polls; poll += 1) {
    const manager = await session.api.call(requestFor('compute', 'GET', fillTemplate(self, planned)));
    const status = (manager.status ?? {}) as { isStable?: boolean; versionTarget?: { isReached?: boolean } };
    const updated = planned.wait_for_instances_status !== 'UPDATED' || status.versionTarget?.isReached === true;
    if (status.isStable && updated) return;
    await session.api.pause(every);
  }
  throw new Error(
    `timeout while waiting for state to become 'created' (last state: 'creating', timeout: ${goDuration(minutes)})`,
  );
}
