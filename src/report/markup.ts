/** Text that is HTML or SVG already: only `markup` makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template; everything but Markup is escaped. */
type Part = string | number | Markup | readonly Part[] | undefined | false;

/**
 * HTML by a template: whatever is put in is text, for elements as for quoted attributes, and cannot become markup. Only
 * the constant parts of the template are.
 */
export function markup(constants: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(constants.map((constant, place) => constant + textOf(parts[place])).join(''));
}

function textOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escape(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return (
    text
      .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
      // Control characters are not allowed in HTML; those that turn the direction of writing make one name look like another.
      .replaceAll(/(?![\t\n])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')
  );
}
