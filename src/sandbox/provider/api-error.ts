/** Google's answer when it says no, in the words in which Go's client library, and so the real provider, passes it on. */
export class ApiRefusal extends Error {
  readonly status: number;
  /** The raw answer. */
  readonly body: string;

  constructor(status: number, body: string) {
    super(goText(status, body));
    this.name = 'ApiRefusal';
    this.status = status;
    this.body = body;
  }
}

/** Tells whether Google answered `status`. */
export function isRefusal(error: unknown, status: number): boolean {
  return error instanceof ApiRefusal && error.status === status;
}

interface Envelope {
  message?: string;
  errors?: { reason?: string; message?: string }[];
  details?: unknown[];
}

// The forms of https://pkg.go.dev/google.golang.org/api/googleapi#Error.Error
function goText(status: number, body: string): string {
  const { message = '', errors = [], details = [] } = envelopeOf(body);
  if (message === '' && errors.length === 0) return `googleapi: got HTTP response code ${status} with body: ${body}`;
  const more = details.length > 0 ? `\nDetails:\n${JSON.stringify(details, undefined, 2)}\n` : '';
  const text = `googleapi: Error ${status}: ${message}${more}`;
  if (errors.length === 0) return text.trim();
  if (errors.length === 1 && errors[0]?.message === message) return `${text}, ${errors[0].reason ?? ''}`;
  return `${text}\nMore details:\n${errors.map((error) => `Reason: ${error.reason ?? ''}, Message: ${error.message ?? ''}\n`).join('')}`;
}

function envelopeOf(body: string): Envelope {
  try {
    const { error } = JSON.parse(body) as { error?: Envelope | string };
    return typeof error === 'object' ? error : {};
  } catch {
    return {};
  }
}
