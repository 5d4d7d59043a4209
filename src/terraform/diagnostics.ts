import * as z from 'zod';

/** What Terraform has to say about a problem. */
export interface Diagnostic {
  severity: 'error' | 'warning';
  summary: string;
  detail: string;
  /** The resource it is about, where Terraform knows. */
  address?: string | undefined;
}

/** A diagnostic as it stands in `-json` output. */
export const DiagnosticDocument = z.object({
  severity: z.enum(['error', 'warning']).catch('error'),
  summary: z.string(),
  detail: z.string().default(''),
  address: z.string().optional(),
});

/** The first error, which is what a person reads first; `undefined` when there are only warnings. */
export function firstError(diagnostics: readonly Diagnostic[]): Diagnostic | undefined {
  return diagnostics.find(({ severity }) => severity === 'error');
}

/** One line for a diagnostic: its summary, and the first line of its detail where that says more. */
export function diagnosticLine({ summary, detail, address }: Diagnostic): string {
  const first = detail.split('\n').find((line) => line.trim() !== '');
  const text = first === undefined || summary.includes(first.trim()) ? summary : `${summary}: ${first.trim()}`;
  return address === undefined || text.includes(address) ? text : `${text} (${address})`;
}

/**
 * Reads the diagnostics out of what the commands without `-json` print with `-no-color`: blocks that begin with
 * `Error: summary`, with the place in the file (not kept) and the detail below.
 */
export function parseTextDiagnostics(text: string): Diagnostic[] {
  const blocks = text.split(/^(?=(?:Error|Warning): )/m).slice(/^(?:Error|Warning): /.test(text) ? 0 : 1);
  return blocks.map((block) => {
    const [, severity = 'Error', summary = '', rest = ''] = /^(Error|Warning): (.*)\n?([\s\S]*)$/.exec(block) ?? [];
    const paragraphs = rest.split(/\n{2,}/).map((paragraph) => paragraph.trim());
    const said = paragraphs.filter((paragraph) => paragraph !== '' && !/^(?:on|with) .*(?:,| line \d)/.test(paragraph));
    return {
      severity: severity === 'Error' ? 'error' : 'warning',
      summary: summary.trim(),
      detail: said.join('\n\n'),
    };
  });
}
