import { isRefusal } from '../api-error.ts';
import { lastPart, sameName } from '../link.ts';
import { planLocation } from '../location.ts';
import { waitForOperation } from '../operation.ts';
import type { Resource } from '../resource.ts';
import { failed } from '../failed.ts';
import { requestFor } from '../rest-spec.ts';
import type { Session } from '../session.ts';
import { timeoutOf } from '../timeout.ts';
import { textOf } from '../value.ts';
import type { ObjectValue } from '../value.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/google_project_service */
export const projectService: Resource = {
  type: 'google_project_service',
  fields: {
    project: { replace: true, same: sameName },
    service: {
      replace: true,
      check: (value) =>
        String(value).includes('.')
          ? undefined
          : `expected ${String(value)} to be a domain like serviceusage.googleapis.com`,
    },
    disable_on_destroy: { default: true },
  },
  plan: (planned, change) => planLocation(planned, change, ['project']),

  async create(planned, session) {
    const { project, service } = namesOf(planned);
    if (!(await enabledServices(project, session)).has(service)) {
      await change(planned, session, 'enable', {}, `Project "${project}" services to be enabled`, 'create');
    }
    return { ...planned, id: `${project}/${service}`, project };
  },

  async read(state, session) {
    const { project, service } = namesOf(state);
    try {
      const found = await session.api.call(requestFor('resourcemanager', 'GET', `/v1/projects/${project}`));
      if (found.lifecycleState === 'DELETE_REQUESTED') return null;
      return (await enabledServices(project, session)).has(service)
        ? { ...state, id: `${project}/${service}`, project }
        : null;
    } catch (error) {
      if (isRefusal(error, 404)) return null;
      throw failed(`Error when reading or editing Project Service ${String(state.id)}`, error);
    }
  },

  // What can be changed says only how it is taken away.
  update: async (planned) => planned,

  async delete(state, session) {
    if (state.disable_on_destroy === false) return;
    const { project, service } = namesOf(state);
    try {
      const body = state.disable_dependent_services === true ? { disableDependentServices: true } : {};
      await change(state, session, 'disable', body, 'api to disable', 'delete');
    } catch (error) {
      const what = `Error disabling service "${service}" for project "${project}"`;
      throw failed(`Error when reading or editing Project Service ${String(state.id)}`, failed(what, error));
    }
  },

  importState(id) {
    const [project = '', service, ...rest] = id.split('/');
    if (service === undefined || rest.length > 0) {
      throw new Error(
        `Invalid google_project_service id format for import, expecting \`{project}/{service}\`, found ${id}`,
      );
    }
    return { id, project, service };
  },
};

function namesOf(values: ObjectValue): { project: string; service: string } {
  return { project: lastPart(textOf(values, 'project')), service: textOf(values, 'service') };
}

async function enabledServices(project: string, session: Session): Promise<Set<string>> {
  const names = new Set<string>();
  let pageToken = '';
  do {
    const query = {
      filter: 'state:ENABLED',
      pageSize: '200',
      fields: 'services/name,nextPageToken',
      ...(pageToken ? { pageToken } : {}),
    };
    const page = await session.api.call({
      method: 'GET',
      service: 'serviceusage',
      path: `/v1/projects/${project}/services`,
      query,
    });
    for (const { name } of (page.services ?? []) as { name: string }[]) names.add(lastPart(name));
    pageToken = String(page.nextPageToken ?? '');
  } while (pageToken !== '');
  return names;
}

async function change(
  values: ObjectValue,
  session: Session,
  verb: 'enable' | 'disable',
  body: object,
  activity: string,
  operation: 'create' | 'delete',
): Promise<void> {
  const { project, service } = namesOf(values);
  const path = `/v1/projects/${project}/services/${service}:${verb}`;
  const answer = await session.api.call(requestFor('serviceusage', 'POST', path, body));
  const minutes = timeoutOf(values, operation, 20);
  await waitForOperation(answer, {
    api: session.api,
    kind: 'longrunning',
    service: 'serviceusage',
    project,
    activity,
    minutes,
  });
}
