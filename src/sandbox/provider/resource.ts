import type { Fields } from './field.ts';
import type { ProviderConfig, Session } from './session.ts';
import type { ObjectValue } from './value.ts';

/** What a configuration or a state is about to become. */
export interface Change {
  config: ObjectValue;
  /** Null where the resource is new. */
  prior: ObjectValue | null;
  provider: ProviderConfig;
}

/** A mistake in a configuration, as Terraform shows it. */
export interface Problem {
  summary: string;
  detail?: string;
  /** The top-level attribute or block it is in. */
  attribute?: string;
}

/** One resource type: what Terraform's operations mean for it. States and configurations have every name of the schema. */
export interface Resource {
  type: string;
  fields: Fields;
  /** Mistakes that involve several attributes; those of one attribute are checked by its field. */
  validate?(config: ObjectValue): Problem[];
  /** Fills in what the general plan cannot know: names, labels, the provider's project. */
  plan?(planned: ObjectValue, change: Change): ObjectValue;
  create(planned: ObjectValue, session: Session): Promise<ObjectValue>;
  /** The state as it is now; null when the resource is gone. */
  read(state: ObjectValue, session: Session): Promise<ObjectValue | null>;
  update(planned: ObjectValue, prior: ObjectValue, session: Session): Promise<ObjectValue>;
  delete(state: ObjectValue, session: Session): Promise<void>;
  /** Attributes that the id given to `terraform import` tells; throws when it has none of the known forms. */
  importState(id: string, session: Session): ObjectValue | Promise<ObjectValue>;
}

/** One data source. */
export interface DataSource {
  type: string;
  read(config: ObjectValue, session: Session): Promise<ObjectValue>;
}

/** The work failed half-way: `state` is what exists now, and is kept. */
export class LeftBehind extends Error {
  readonly state: ObjectValue;

  constructor(state: ObjectValue, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.state = state;
  }
}
