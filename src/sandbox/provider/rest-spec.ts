import type { Service } from '../../google/endpoints.ts';
import type { ApiCall, Json } from './api.ts';
import type { Fields } from './field.ts';
import type { Place } from './location.ts';
import type { OperationKind } from './operation.ts';
import type { Change, Problem } from './resource.ts';
import type { Session } from './session.ts';
import type { ObjectValue } from './value.ts';

/** One request that brings changed attributes to Google. */
export interface UpdateStep {
  /** It is sent when one of these has changed. */
  when: readonly string[];
  method: 'PATCH' | 'POST' | 'PUT';
  /** Behind the resource's own path (`/setLabels`), or a path of its own. */
  path?: string | ((planned: ObjectValue) => string);
  query?: (planned: ObjectValue, changed: ReadonlySet<string>) => Record<string, string>;
  /** Names to send, empty or not (default: those of `when` that have changed). */
  send?: readonly string[];
  /** Names to send where they are not empty, instead. */
  sendFilled?: readonly string[];
  /** The name of the fingerprint that must come along; it is read just before. */
  fingerprint?: string;
  /** Shapes the body; undefined sends none. */
  shapeBody?: (body: Json, planned: ObjectValue, prior: ObjectValue) => Json | undefined;
  /** What is updated, for errors (default: the resource's label). */
  label?: string;
}

/** A resource type as data: where it lives, how it reads, which changes are possible. Paths begin with the API's version. */
export interface RestSpec {
  type: string;
  /** What it is called in the real provider's errors: `Network`. */
  label: string;
  /** The same where it could not be read: `ComputeNetwork "{id}"`. */
  readLabel: string;
  service: Service;
  /** Path to POST to; may have a query. */
  collection: string;
  /** Path of the resource itself. */
  self: string | ((values: ObjectValue) => string);
  /** Path of the delete request, where it is another one. */
  doomed?: string;
  /** The `id` attribute: a template. */
  id: string;
  operation?: OperationKind;
  /** Timeouts of create, update and delete (default 20 minutes). */
  minutes?: number;
  /** Forms of the id to import (default: the id, then shorter and shorter ones). */
  importIds?: readonly string[];
  fields: Fields;
  /** Everything else cannot be changed in place. */
  replaceAllBut?: readonly string[];
  /** What is taken from the provider's configuration at plan time (default: the project); the rest is at apply time. */
  located?: readonly Place[];
  updates?: readonly UpdateStep[];
  /** Beginnings of errors, where they are not `Error creating Network` and so on; '' for Google's reason alone. */
  words?: { creating?: string; waiting?: string; updating?: string; deleting?: string };
  /** What is waited for, where it is not `Creating Network` and so on. */
  activities?: { Creating?: string; Deleting?: string };
  /**
   * A failed create leaves the resource (tainted) in the state, and its reason comes without a beginning: so do the types
   * that are written by hand; those generated from a description forget it.
   */
  keepsFailed?: true;
  /** An interrupt during creation is no failure: this attribute keeps the operation, and the next read waits for it. */
  resumes?: string;
  validate?: (config: ObjectValue) => Problem[];
  plan?: (planned: ObjectValue, change: Change) => ObjectValue;
  /** Fills in what must be known before the create request: names, links of images. */
  prepare?: (planned: ObjectValue, session: Session) => Promise<ObjectValue>;
  /** Shapes the body of the create request. */
  shapeBody?: (body: Json, planned: ObjectValue) => Json;
  /** Adds to an answer what has to be asked for separately. */
  lookUp?: (answer: Json, session: Session) => Promise<Json>;
  /** Shapes what Google answers before it is read. */
  shapeAnswer?: (body: Json, known: ObjectValue) => Json;
  /** Attributes that the answer to the create request tells. */
  identify?: (answer: Json) => ObjectValue;
  /** Runs when the create or update requests are done. */
  settle?: (planned: ObjectValue, session: Session, verb: 'Creating' | 'Updating') => Promise<void>;
  /** Runs before the delete request. */
  beforeDelete?: (state: ObjectValue, session: Session) => Promise<void>;
  /** What a create request that found the name taken does: true goes on with the existing resource. */
  adopts?: (planned: ObjectValue) => boolean;
  /** How often a refused delete request is sent again (default: not). */
  deleteRetries?: number;
}

/** The request for a path made of a template, which may have a query. */
export function requestFor(service: Service, method: ApiCall['method'], filled: string, body?: unknown): ApiCall {
  const [path = '', query] = filled.split('?');
  return {
    method,
    service,
    path,
    ...(query === undefined ? {} : { query: Object.fromEntries(new URLSearchParams(query)) }),
    ...(body === undefined ? {} : { body }),
  };
}
