import { readFileSync } from 'node:fs';

/** The section of the changelog about `version` (`v1.2.3` or `1.2.3`), without its heading. Throws when there is none, or an empty one. */
export function releaseNotes(changelog: string, version: string): string {
  const wanted = version.replace(/^v/, '');
  const section = changelog.split(/^## /m).find((text) => text.startsWith(`[${wanted}]`));
  const notes = section?.slice(section.indexOf('\n')).trim() ?? '';
  if (notes === '') throw new Error(`CHANGELOG.md says nothing about ${wanted}`);
  return `${notes}\n`;
}

if (process.argv[1] === import.meta.filename) {
  const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8');
  process.stdout.write(releaseNotes(changelog, process.argv[2] ?? ''));
}
