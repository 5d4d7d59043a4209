/** A value that cannot be used, thrown by the parsers of kinds.ts and caught in read.ts. */
export class Refusal extends Error {
  readonly suggestion: string | undefined;

  /** `reason` follows the option's name; left out, the line says that the value is not what is allowed. */
  constructor(reason = '', suggestion?: string) {
    super(reason);
    this.name = 'Refusal';
    this.suggestion = suggestion;
  }
}
