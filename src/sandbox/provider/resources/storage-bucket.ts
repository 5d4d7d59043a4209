import type { Json } from '../api.ts';
import { between, oneOf } from '../checks.ts';
import { replacing } from '../field.ts';
import { fillTemplate } from '../link.ts';
import { restResource } from '../rest-resource.ts';
import { requestFor } from '../rest-spec.ts';
import { changedNames } from '../changes.ts';
import { isEmpty, isObject, textOf } from '../value.ts';
import type { ObjectValue, Value } from '../value.ts';

const self = '/storage/v1/b/{name}';
const upper = (value: Value): Value => (typeof value === 'string' ? value.toUpperCase() : value);
const localConditions = [
  'send_age_if_zero',
  'send_days_since_custom_time_if_zero',
  'send_days_since_noncurrent_time_if_zero',
  'send_num_newer_versions_if_zero',
];
const updatable = [
  'effective_labels',
  'lifecycle_rule',
  'versioning',
  'autoclass',
  'website',
  'retention_policy',
  'cors',
  'default_event_based_hold',
  'logging',
  'encryption',
  'storage_class',
  'uniform_bucket_level_access',
  'public_access_prevention',
  'requester_pays',
  'rpo',
  'soft_delete_policy',
  'ip_filter',
  'custom_placement_config',
];

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/storage_bucket */
export const storageBucket = restResource({
  type: 'google_storage_bucket',
  label: 'Storage Bucket',
  readLabel: 'Storage Bucket "{name}"',
  service: 'storage',
  collection: '/storage/v1/b?project={project}',
  self,
  id: '{name}',
  importIds: ['{project}/{name}', '{name}'],
  located: [],
  words: { creating: '', updating: '', deleting: '' },
  fields: {
    ...replacing('project', 'name'),
    location: { replace: true, canonical: upper },
    storage_class: { default: 'STANDARD' },
    force_destroy: { rest: null, default: false },
    enable_object_retention: { replace: true, unread: true, rest: null },
    uniform_bucket_level_access: { rest: 'iamConfiguration.uniformBucketLevelAccess.enabled' },
    public_access_prevention: 'iamConfiguration.publicAccessPrevention',
    requester_pays: 'billing.requesterPays',
    versioning: { computed: true },
    website: { computed: true },
    soft_delete_policy: { computed: true },
    'soft_delete_policy.retention_duration_seconds': { default: 604_800, text: true },
    hierarchical_namespace: {
      replace: true,
      same: (configured, known) =>
        isEmpty(configured) && Array.isArray(known) && known.every((item) => isObject(item) && !item.enabled),
    },
    'retention_policy.is_locked': { default: false },
    'retention_policy.retention_period': { text: true, check: between(1, 2_147_483_647) },
    'custom_placement_config.data_locations': {
      replace: true,
      canonical: (value) => (Array.isArray(value) ? value.map(upper) : value),
    },
    'encryption.default_kms_key_name': 'defaultKmsKeyName',
    lifecycle_rule: 'lifecycle.rule',
    'lifecycle_rule.condition.with_state': { check: oneOf('LIVE', 'ARCHIVED', 'ANY', '') },
    ...Object.fromEntries(localConditions.map((name) => [`lifecycle_rule.condition.${name}`, { rest: null }])),
    effective_labels: { rest: 'labels', sent: true },
  },
  updates: [
    {
      when: updatable,
      method: 'PATCH',
      shapeBody: (body, planned, prior) => ({ ...bucketBody(body), ...labelChanges(planned, prior) }),
    },
  ],
  shapeBody: bucketBody,
  shapeAnswer: (answer, known) => ({
    ...answer,
    ...(answer.lifecycle ? { lifecycle: rulesWithState(answer.lifecycle as Json) } : {}),
    hierarchicalNamespace: answer.hierarchicalNamespace ?? { enabled: false },
    url: `gs://${textOf(known, 'name')}`,
  }),
  async beforeDelete(state, { api }) {
    const list = requestFor('storage', 'GET', `${fillTemplate(self, state)}/o?versions=true`);
    for (;;) {
      const { items = [] } = (await api.call(list)) as { items?: { name: string; generation: string }[] };
      if (items.length === 0) return;
      if (state.force_destroy !== true) {
        throw new Error(`Error trying to delete bucket ${String(state.name)} without \`force_destroy\` set to true`);
      }
      for (const { name, generation } of items) {
        const path = `${fillTemplate(self, state)}/o/${encodeURIComponent(name)}?generation=${generation}`;
        await api.call(requestFor('storage', 'DELETE', path));
      }
    }
  },
});

/** Says LIVE, ARCHIVED and ANY in Google's words, and always who may read the bucket. */
function bucketBody(body: Json): Json {
  const { rule } = (body.lifecycle ?? {}) as { rule?: Json[] };
  if (!rule) return body;
  return {
    ...body,
    lifecycle: { rule: rule.map((each) => ({ ...each, condition: conditionBody(each.condition as Json) })) },
  };
}

function conditionBody({ withState, ...condition }: Json): Json {
  return withState === 'LIVE' || withState === 'ARCHIVED' ? { ...condition, isLive: withState === 'LIVE' } : condition;
}

function rulesWithState(lifecycle: Json): Json {
  const withState = ({ isLive, ...condition }: Json): Json => ({
    ...condition,
    withState: isLive === undefined ? 'ANY' : isLive ? 'LIVE' : 'ARCHIVED',
  });
  return {
    rule: ((lifecycle.rule ?? []) as Json[]).map((rule) => ({
      ...rule,
      condition: withState((rule.condition ?? {}) as Json),
    })),
  };
}

// A PATCH takes a label away only where it is named with null.
function labelChanges(planned: ObjectValue, prior: ObjectValue): Json {
  if (!changedNames(planned, prior).has('effective_labels')) return {};
  const now = planned.effective_labels;
  const before = prior.effective_labels;
  const gone = isObject(before) && isObject(now) ? Object.keys(before).filter((name) => !(name in now)) : [];
  return { labels: { ...(isObject(now) ? now : {}), ...Object.fromEntries(gone.map((name) => [name, null])) } };
}
