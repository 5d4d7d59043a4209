import { isRefusal } from '../api-error.ts';
import type { Json } from '../api.ts';
import { parseImportId } from '../import-id.ts';
import { planLocation } from '../location.ts';
import type { Resource } from '../resource.ts';
import { failed } from '../failed.ts';
import { requestFor } from '../rest-spec.ts';
import type { Session } from '../session.ts';
import { textOf } from '../value.ts';
import type { ObjectValue, Value } from '../value.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/monitoring_dashboard */
export const monitoringDashboard: Resource = {
  type: 'google_monitoring_dashboard',
  fields: {
    project: { replace: true },
    dashboard_json: {
      check: (value, key) =>
        parse(value) ? undefined : `"${key}" contains an invalid JSON: ${String(value).slice(0, 80)}`,
      canonical: (value) => JSON.stringify(sortKeys(parse(value) ?? value)),
      same: (configured, known) => {
        const [now, before] = [parse(configured), parse(known)];
        return now !== undefined && before !== undefined && covers(before, now);
      },
    },
  },
  plan: (planned, change) => planLocation(planned, change, ['project']),

  async create(planned, session) {
    const path = `/v1/projects/${textOf(planned, 'project')}/dashboards`;
    let answer: Json;
    try {
      answer = await session.api.call(requestFor('monitoring', 'POST', path, parse(planned.dashboard_json ?? null)));
    } catch (error) {
      throw failed('Error creating Dashboard', error);
    }
    return readAgain({ ...planned, id: String(answer.name) }, session);
  },

  async read(state, session) {
    try {
      return await readAgain(state, session);
    } catch (error) {
      if (isRefusal(error, 404)) return null;
      throw failed(`Error when reading or editing MonitoringDashboard "${String(state.id)}"`, error);
    }
  },

  async update(planned, prior, session) {
    const body = { ...parse(planned.dashboard_json ?? null), etag: parse(prior.dashboard_json ?? null)?.etag };
    try {
      await session.api.call(requestFor('monitoring', 'PATCH', `/v1/${String(prior.id)}`, body));
    } catch (error) {
      throw failed(`Error updating Dashboard "${String(prior.id)}"`, error);
    }
    return readAgain({ ...planned, id: prior.id ?? null }, session);
  },

  async delete(state, session) {
    try {
      await session.api.call(requestFor('monitoring', 'DELETE', `/v1/${String(state.id)}`));
    } catch (error) {
      if (isRefusal(error, 404)) return;
      throw failed(`Error when reading or editing MonitoringDashboard "${String(state.id)}"`, error);
    }
  },

  importState(text, { provider }) {
    const { project, dashboard } = parseImportId(
      text,
      ['projects/{project}/dashboards/{dashboard}', '{dashboard}'],
      provider,
    );
    return { id: `projects/${String(project)}/dashboards/${String(dashboard)}`, project: project ?? null };
  },
};

async function readAgain(state: ObjectValue, session: Session): Promise<ObjectValue> {
  const answer = await session.api.call(requestFor('monitoring', 'GET', `/v1/${String(state.id)}`));
  return { ...state, dashboard_json: JSON.stringify(sortKeys(answer)) };
}

function parse(value: Value): Json | undefined {
  try {
    const parsed = JSON.parse(String(value)) as unknown;
    return typeof parsed === 'object' && parsed !== null ? (parsed as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** Tells whether `before` is `now` with further keys that Google filled in. */
function covers(before: unknown, now: unknown): boolean {
  if (Array.isArray(now)) {
    return (
      Array.isArray(before) && before.length === now.length && now.every((item, index) => covers(before[index], item))
    );
  }
  if (typeof now !== 'object' || now === null) return before === now;
  return (
    typeof before === 'object' &&
    before !== null &&
    Object.entries(now).every(([key, value]) => covers((before as Json)[key], value))
  );
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
