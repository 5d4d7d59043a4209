import type { ProviderConfig } from './session.ts';
import type { ObjectValue } from './value.ts';

/**
 * Reads an id given to `terraform import` by the first template that it fits, as the real provider does: what the template
 * does not name comes from the provider's configuration.
 */
export function parseImportId(id: string, templates: readonly string[], provider: ProviderConfig): ObjectValue {
  for (const template of templates) {
    const names: string[] = [];
    const pattern = template.replaceAll(/\{(\w+)\}|[^{]+/g, (text, name: string | undefined) => {
      if (name === undefined) return text.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
      names.push(name);
      return name === 'path' ? '(.+)' : '([^/]+)';
    });
    const found = new RegExp(`^${pattern}$`).exec(id);
    if (!found) continue;
    const { project, region, zone } = provider;
    return { project, region, zone, ...Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ''])) };
  }
  throw new Error(`Import id "${id}" doesn't match any of the accepted formats: [${templates.join(' ')}]`);
}

/** The forms most compute resources take: the full path, then shorter ones with less and less of it. */
export function importTemplates(full: string): string[] {
  const names = [...full.matchAll(/\{\w+\}/g)].map(([name]) => name);
  return [full, ...names.map((_, index) => names.slice(index).join('/'))];
}
