// All that a stack ever writes between `${` and `}`: references, and calls of these functions. `file`, `env` and their
// like would read the machine that Terraform runs on.
const reference = /^(?:var|local|google_[a-z0-9_]+)\.[a-z0-9_.[\]]+$/;
const functions = new Set(['merge', 'jsonencode', 'sha256']);

/**
 * Throws when a configuration holds a template that no stack wrote: a directive (`%{`), or an expression that is
 * neither a reference nor a call of a known function. So a text that slipped past the variables cannot become code.
 */
export function forbidForeignTemplates({ terraform: _literal, ...blocks }: Record<string, unknown>): void {
  // Terraform takes the texts of a `terraform` block as they are: a backend's bucket is never evaluated.
  for (const text of texts(blocks)) {
    const live = text.replaceAll('$${', '').replaceAll('%%{', '');
    if (live.includes('%{')) throw new Error(`a template directive in the configuration: ${text}`);
    for (const expression of expressions(live)) {
      if (!isOurs(expression)) throw new Error(`an expression that no stack wrote in the configuration: ${expression}`);
    }
  }
}

function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield key;
      yield* texts(item);
    }
  }
}

/** The inside of every `${…}`; one that stands inside another comes after it. */
function* expressions(text: string): Generator<string> {
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', start + 2)) {
    let depth = 1;
    let end = start + 2;
    for (; end < text.length && depth > 0; end += 1) {
      if (text[end] === '{') depth += 1;
      if (text[end] === '}') depth -= 1;
    }
    yield text.slice(start + 2, end - 1);
  }
}

function isOurs(expression: string): boolean {
  if (reference.test(expression)) return true;
  const bare = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const calls = [...bare.matchAll(/([a-z_][a-z0-9_]*)\s*\(/gi)].map((match) => match[1] ?? '');
  return calls.length > 0 && calls.every((name) => functions.has(name));
}
