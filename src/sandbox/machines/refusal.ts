/** A refusal of the metadata server: it answers with a small page, not with JSON. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** There is nothing at that path. */
export function notFound(path: string): Refusal {
  return new Refusal(404, `The requested URL ${path} was not found on this server.`);
}
