import type { Answer, Session } from './session.ts';

/** One request of the recording. */
export interface Recorded {
  method: string;
  host: string;
  path: string;
  query?: Record<string, string>;
  body?: object;
  status?: number;
  times?: number;
  poll?: boolean;
}

/** The project of the recording: its name is in bodies and e-mail addresses. */
export const project = 'bench-project';

/** Plays recorded requests against a cloud, with its own names, numbers and fingerprints in the places of the recording's. */
export class Replay {
  /** How many requests were sent. */
  played = 0;
  /** How many answers were compared with what had been sent before. */
  compared = 0;
  /** What the real provider would have stumbled over. */
  readonly complaints: string[] = [];
  readonly #session: Session;
  /** The newest answer about each resource, by its path. */
  readonly #known = new Map<string, Answer['body']>();
  /** Templates that are there, oldest first. */
  readonly #templates: { id: string; name: string }[] = [];
  #operation: Answer['body'];
  #dashboard = '';
  /** A body whose resource has not been read yet. */
  #sent: { name?: string } | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  async play(request: Recorded, what: string): Promise<void> {
    for (let time = 0; time < (request.times ?? 1); time += 1) {
      if (request.poll) await this.#poll(request, what);
      else await this.#send(request, what);
      this.played += 1;
    }
  }

  async #send(request: Recorded, what: string): Promise<void> {
    const path = await this.#path(request);
    const resource = path.replace(/\/set[A-Z]\w+$|:(set|get)IamPolicy$|\?.*$/g, '');
    const body = request.body && this.#body(request.body, this.#known.get(resource));

    const { status, body: answer } = await this.#session.call(request.method, path, body);
    if (status !== (request.status ?? 200)) {
      this.complaints.push(`${what}: ${request.method} ${path}: ${status} ${JSON.stringify(answer)}`);
    } else if (status === 200) {
      this.#learn(request, resource, answer, what);
    }
  }

  #learn({ method, body }: Recorded, resource: string, answer: Answer['body'], what: string): void {
    const isOperation = answer.kind === 'compute#operation' || /(^|\/)operations\//.test(answer.name ?? '');
    if (isOperation) this.#operation = answer;
    else this.#known.set(resource, answer);
    if (answer.name?.includes('/dashboards/')) this.#dashboard = answer.name.split('/').at(-1);
    if (resource.endsWith('/instanceTemplates')) {
      this.#templates.push({ id: answer.targetId, name: (body as { name: string }).name });
    }
    if (method === 'POST') this.#sent = body;
    else if (method === 'GET' && this.#sent?.name !== undefined && this.#sent.name === answer.name) {
      this.compared += 1;
      this.complaints.push(...wrongs(this.#sent, answer).map((wrong) => `${what}: ${wrong}`));
      this.#sent = undefined;
    }
  }

  async #poll({ host }: Recorded, what: string): Promise<void> {
    const { selfLink, name } = this.#operation;
    const path = selfLink === undefined ? `/${host}/v1/${name}` : new URL(selfLink).pathname;
    for (;;) {
      const { body } = await this.#session.call('GET', path);
      if (body.error) this.complaints.push(`${what}: ${JSON.stringify(body.error)}`);
      if (body.status === 'DONE' || body.done || body.error) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async #path({ method, host, path, query }: Recorded): Promise<string> {
    const { body } = await this.#session.call('GET', `/cloudresourcemanager.googleapis.com/v1/projects/${project}`);
    const template = method === 'DELETE' && path.includes('{template}') ? this.#templates.shift() : undefined;
    const filled = path
      .replace('{project}', project)
      .replace('123456789012', body.projectNumber)
      .replace('{numericId}', this.#templates.at(-1)?.id ?? '')
      .replace('{template}', template?.name ?? '')
      .replace('{dashboard}', this.#dashboard)
      .replace('x/operations/{operation}', this.#operation?.name);
    const mount = host === 'compute.googleapis.com' ? '' : `/${host}`;
    return `${mount}${filled}${query ? `?${new URLSearchParams(query)}` : ''}`;
  }

  #body(body: object, current: Answer['body']): object {
    const policy = (body as { policy?: { bindings?: object[] } }).policy;
    const ours = withFingerprints(body, current) as { policy: { etag: string } };
    if (!policy) return ours;
    // The recording's server knew no owner; ours would lock the caller out.
    const owners = { role: 'roles/owner', members: ['user:operator@sandbox.test'] };
    return { ...ours, policy: { ...ours.policy, etag: current.etag, bindings: [...(policy.bindings ?? []), owners] } };
  }
}

// What was sent comes back in Google's spelling, nothing lost and nothing changed: otherwise every plan would show drift.
function wrongs(sent: object, answer: Answer['body']): string[] {
  // A machine does not say what its disks were made of: the disks do.
  const gone = lost(sent, answer).filter(
    (one) => answer.kind !== 'compute#instance' || !one.includes('.initializeParams'),
  );
  const found = gone.map((one) => `lost or changed: ${one}`);
  if (/\bnull\b/.test(JSON.stringify(answer))) found.push('a null crashes the provider');
  if (!answer.kind?.startsWith('compute#')) return found;
  if (!answer.selfLink?.startsWith(`https://www.googleapis.com/compute/v1/projects/${project}/`))
    found.push('selfLink');
  if (!Number.isSafeInteger(Number(answer.id))) found.push('id does not fit');
  if (answer.kind !== 'compute#instanceGroupManager') return found;
  const { stateful, versionTarget } = answer.status ?? {};
  if (!isObject(stateful?.perInstanceConfigs) || !isObject(versionTarget))
    found.push('status is no object all the way');
  if (answer.resourcePolicies) found.push('resourcePolicies drifts');
  return found;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

// Paths of what was sent and did not come back, in whatever spelling.
function lost(sent: unknown, got: unknown, path = ''): string[] {
  if (sent === null || sent === '') return [];
  if (typeof sent === 'object') {
    return Object.entries(sent).flatMap(([key, value]) =>
      lost(value, (got as Record<string, unknown> | undefined)?.[key], `${path}.${key}`),
    );
  }
  if (String(sent) === String(got)) return [];
  const sameName =
    typeof sent === 'string' && typeof got === 'string' && sent.split('/').at(-1) === got.split('/').at(-1);
  return sameName ? [] : [`${path}: ${String(sent)} → ${String(got)}`];
}

function withFingerprints(body: unknown, current: Answer['body']): unknown {
  if (Array.isArray(body)) return body.map((one) => withFingerprints(one, current));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      if (key === 'fingerprint' && 'items' in body) return [key, current?.metadata?.fingerprint];
      if (['fingerprint', 'labelFingerprint', 'etag'].includes(key)) return [key, current?.[key]];
      return [key, withFingerprints(value, current)];
    }),
  );
}
