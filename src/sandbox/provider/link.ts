import type { Value } from './value.ts';

/** `https://…/compute/v1/projects/p/global/networks/n` → `projects/p/global/networks/n`; a path stays as it is. */
export function relativePath(link: string): string {
  const projects = link.indexOf('projects/');
  return link.startsWith('http') && projects >= 0 ? link.slice(projects) : link;
}

/** The last part of a link, path or name. */
export function lastPart(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

/** Fills the `{names}` of a template; only the last part of each value counts, as with regions given as links. */
export function fillTemplate(template: string, values: Readonly<Record<string, Value>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === 'string' ? lastPart(value) : '';
  });
}

/** Makes the path `projects/p/…/name` of whatever form of reference the configuration has. */
export function pathOf(reference: string, template: string, values: Readonly<Record<string, Value>>): string {
  const path = relativePath(reference);
  if (path.startsWith('projects/') || path.startsWith('http')) return path;
  if (/^(global|regions|zones)\//.test(path)) return fillTemplate(`projects/{project}/${path}`, values);
  return fillTemplate(template, values).replace('{}', path);
}

/** Tells whether two lists of references mean the same resources; one that is not known yet is another one. */
export function sameLinks(a: Value, b: Value): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((link, index) => sameLink(link, b[index] ?? null));
}

/** Tells whether two references mean the same resource; a bare name means any resource of that name. */
export function sameLink(a: Value, b: Value): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  if (!a.includes('/') || !b.includes('/')) return a !== '' && lastPart(a) === lastPart(b);
  return relativePath(a) === relativePath(b);
}

/** Tells whether two references end in the same name, wherever that is. */
export function sameName(a: Value, b: Value): boolean {
  return typeof a === 'string' && typeof b === 'string' && lastPart(a) === lastPart(b);
}
