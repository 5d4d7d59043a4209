import { isRefusal } from './api-error.ts';
import { lastPart, relativePath } from './link.ts';
import type { Session } from './session.ts';
import type { Value } from './value.ts';

// Public images that a bare family name means: https://cloud.google.com/compute/docs/images/os-details
const publicProjects: readonly [prefix: string, project: string][] = [
  ['debian', 'debian-cloud'],
  ['ubuntu', 'ubuntu-os-cloud'],
  ['rocky', 'rocky-linux-cloud'],
  ['rhel', 'rhel-cloud'],
  ['cos', 'cos-cloud'],
  ['windows', 'windows-cloud'],
];

/** The path of the image that `name` means: a link, `project/image`, `project/family`, an image or a family. */
export async function resolveImage(session: Session, project: string, name: string): Promise<string> {
  if (name.startsWith('https://')) return name;
  const path = relativePath(name);
  const full = /^(?:projects\/([^/]+)\/)?global\/images\/(.+)$/.exec(path);
  if (full) return `projects/${full[1] ?? project}/global/images/${full[2] ?? ''}`;
  const [first = '', second] = path.split('/');
  const [owner, image] = second === undefined ? [project, first] : [first === 'family' ? project : first, second];
  const owners =
    second === undefined
      ? [owner, ...publicProjects.filter(([prefix]) => image.startsWith(prefix)).map(([, of]) => of)]
      : [owner];
  for (const each of owners) {
    for (const kind of first === 'family' ? ['family/'] : ['', 'family/']) {
      if (await exists(session, each, kind + image)) return `projects/${each}/global/images/${kind}${image}`;
    }
  }
  throw new Error(`Could not find image or family ${name}`);
}

/**
 * Tells whether the configured name of an image means the one that the state holds. A family means every image whose name
 * begins with it: asking which one is the newest would make a new machine for each new image.
 */
export function sameImage(configured: Value, known: Value): boolean {
  if (typeof configured !== 'string' || typeof known !== 'string') return false;
  const [now, before] = [relativePath(configured), relativePath(known)];
  if (now === before || before.endsWith(`/${now}`)) return true;
  const owner = /^projects\/([^/]+)\//.exec(now)?.[1] ?? (/^(?!family|global)([^/]+)\//.exec(now)?.[1] || undefined);
  if (owner !== undefined && !before.startsWith(`projects/${owner}/`)) return false;
  const [name, old] = [lastPart(now), lastPart(before)];
  return (
    old === name || (!now.includes('global/images/') || now.includes('/family/') ? old.startsWith(`${name}-`) : false)
  );
}

async function exists(session: Session, project: string, image: string): Promise<boolean> {
  try {
    await session.api.call({
      method: 'GET',
      service: 'compute',
      path: `/compute/v1/projects/${project}/global/images/${image}`,
    });
    return true;
  } catch (error) {
    if (isRefusal(error, 404)) return false;
    throw error;
  }
}
