import type { Part } from './parts.ts';

/** The licences of everything in the image: a list first, then the texts, each text once. */
export function licences(product: { name: string; license: string }, parts: readonly Part[]): string {
  const lines = parts.map(({ kind, name, version, license, texts }) => {
    const place = kind === 'npm' || texts.some((text) => text.includes('\n')) ? 'below' : (texts[0] ?? '');
    return `${name} ${version}: ${license ?? 'see its text'} (${texts.length === 0 ? 'brings no text' : place})`;
  });
  const owners = new Map<string, string[]>();
  for (const { name, texts } of parts) {
    for (const text of texts) {
      if (text.includes('\n')) owners.set(text, [...(owners.get(text) ?? []), name]);
    }
  }
  const texts = [...owners].map(([text, names]) => `${'='.repeat(80)}\n${names.join(', ')}\n\n${text.trim()}\n`);
  return [
    `${product.name} is under ${product.license}. The image that this file is in also has:\n`,
    ...lines,
    '',
    ...texts,
  ].join('\n');
}
