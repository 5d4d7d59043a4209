import { checkConfig } from './check-config.ts';
import { decodeValue, encodeSchema, encodeValue } from './codec.ts';
import type { DynamicValue } from './codec.ts';
import { isBug } from './failed.ts';
import { planBlock, replacedPaths } from './plan.ts';
import type { Path } from './plan.ts';
import type { Message } from './protobuf.ts';
import type { Procedure } from './protocol.ts';
import { LeftBehind } from './resource.ts';
import type { Problem, Resource } from './resource.ts';
import { schemas } from './schemas.ts';
import type { Block } from './schema.ts';
import { dataSources, resources } from './served.ts';
import type { Session } from './session.ts';
import { isObject } from './value.ts';
import type { ObjectValue, Value } from './value.ts';

/** What one provider instance answers to each procedure. */
export type Plugin = Record<Procedure, (request: Message) => Message | Promise<Message>> & { GetSchema(): Message };

/** The parts of a provider instance that its connection brings. */
export interface PluginOptions {
  /** Called with the configuration of the `provider` block. */
  configure(config: Value): void;
  /** The session; before `configure` an unconfigured one, which validation is content with. */
  session(): Session;
  /** Terraform was interrupted. */
  stop(): void;
}

/** The procedures of one provider instance. What goes wrong becomes a diagnostic, never a gRPC error. */
export function createPlugin({ configure, session, stop }: PluginOptions): Plugin {
  return {
    GetSchema: () => schemaAnswer(),
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    Configure: ({ config }) => {
      configure(decodeValue(config as DynamicValue));
      return {};
    },
    ValidateResourceTypeConfig: ({ type_name: type, config }) => {
      const resource = resourceOf(type);
      return { diagnostics: diagnostics(checkConfig(resource, objectOf(config))) };
    },
    ValidateDataSourceConfig: () => ({}),
    UpgradeResourceState: ({ raw_state: raw }) => ({ upgraded_state: { json: (raw as { json: Uint8Array }).json } }),

    async ReadResource({ type_name: type, current_state: current, private: kept }) {
      const state = decodeValue(current as DynamicValue);
      if (!isObject(state)) return { new_state: current };
      return guarded(async () => {
        const next = await resourceOf(type).read(state, session());
        return { new_state: encodeValue(next), private: kept };
      });
    },

    async PlanResourceChange({
      type_name: type,
      prior_state: before,
      proposed_new_state: proposed,
      config,
      prior_private: kept,
    }) {
      const base = { legacy_type_system: true, planned_private: kept };
      // A resource that is to go has no plan of its own.
      if (decodeValue(proposed as DynamicValue) === null) return { ...base, planned_state: proposed };
      return guarded(() => {
        const resource = resourceOf(type);
        const { block } = schemas.resource(resource.type);
        const configured = objectOf(config);
        const priorValue = decodeValue(before as DynamicValue);
        const prior = isObject(priorValue) ? priorValue : null;
        const general = planBlock(block, resource.fields, configured, prior);
        const planned =
          resource.plan?.(general, { config: configured, prior, provider: session().provider }) ?? general;
        const replaced = prior ? replacedPaths(block, resource.fields, planned, prior) : [];
        return { ...base, planned_state: encodeValue(planned), requires_replace: replaced.map(attributePath) };
      });
    },

    async ApplyResourceChange({ type_name: type, prior_state: before, planned_state: after, planned_private: kept }) {
      const prior = decodeValue(before as DynamicValue);
      const planned = decodeValue(after as DynamicValue);
      const base = { legacy_type_system: true, private: kept };
      try {
        return { ...base, new_state: encodeValue(await apply(resourceOf(type), prior, planned, session())) };
      } catch (error) {
        // What Google kept must stay in the state: the prior one, or what a create left half-way.
        const left = error instanceof LeftBehind ? error.state : prior;
        return { ...base, new_state: encodeValue(left), diagnostics: diagnostics([problemOf(error)]) };
      }
    },

    async ImportResourceState({ type_name: type, id }) {
      return guarded(async () => {
        const resource = resourceOf(type);
        const { block } = schemas.resource(resource.type);
        const found = await resource.importState(String(id), session());
        const state = {
          ...emptyState(block),
          ...pick(found, [...Object.keys(block.attributes), ...Object.keys(block.block_types ?? {})]),
        };
        return { imported_resources: [{ type_name: type, state: encodeValue(state) }] };
      });
    },

    async ReadDataSource({ type_name: type, config }) {
      return guarded(async () => {
        const source = dataSources.get(String(type));
        if (!source) throw new Error(`the embedded provider does not serve the data source ${String(type)}`);
        return { state: encodeValue(await source.read(objectOf(config), session())) };
      });
    },

    Stop: () => {
      stop();
      return { Error: '' };
    },
  };
}

async function apply(resource: Resource, prior: Value, planned: Value, session: Session): Promise<ObjectValue | null> {
  if (!isObject(planned)) {
    if (isObject(prior)) await resource.delete(prior, session);
    return null;
  }
  return isObject(prior) ? resource.update(planned, prior, session) : resource.create(planned, session);
}

async function guarded(work: () => Message | Promise<Message>): Promise<Message> {
  try {
    return await work();
  } catch (error) {
    return { diagnostics: diagnostics([problemOf(error)]) };
  }
}

function problemOf(error: unknown): Problem {
  const cause = error instanceof LeftBehind ? error.cause : error;
  if (isBug(cause)) return { summary: cause.message, detail: cause.stack ?? '' };
  return { summary: error instanceof Error ? error.message : String(error) };
}

function diagnostics(problems: readonly Problem[]): Message[] {
  return problems.map(({ summary, detail, attribute }) => ({
    severity: 1,
    summary,
    ...(detail === undefined ? {} : { detail }),
    ...(attribute === undefined ? {} : { attribute: attributePath([attribute]) }),
  }));
}

function attributePath(path: Path): Message {
  return {
    steps: path.map((step) => (typeof step === 'number' ? { element_key_int: step } : { attribute_name: step })),
  };
}

function resourceOf(type: unknown): Resource {
  const resource = resources.get(String(type));
  if (!resource) throw new Error(`the embedded provider does not serve the resource type ${String(type)}`);
  return resource;
}

function objectOf(wire: unknown): ObjectValue {
  const value = decodeValue(wire as DynamicValue);
  return isObject(value) ? value : {};
}

/** A state of which nothing is known yet. */
function emptyState(block: Block): ObjectValue {
  const state: ObjectValue = {};
  for (const name of Object.keys(block.attributes)) state[name] = null;
  for (const [name, nested] of Object.entries(block.block_types ?? {}))
    state[name] = nested.nesting_mode === 'single' ? null : [];
  return state;
}

function pick(values: ObjectValue, names: readonly string[]): ObjectValue {
  return Object.fromEntries(
    names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name] ?? null]])),
  );
}

function schemaAnswer(): Message {
  const encodeAll = (of: Record<string, Parameters<typeof encodeSchema>[0]>): Message =>
    Object.fromEntries(Object.entries(of).map(([name, schema]) => [name, encodeSchema(schema)]));
  return {
    provider: encodeSchema(schemas.provider),
    resource_schemas: encodeAll(schemas.resources),
    data_source_schemas: encodeAll(schemas.dataSources),
    server_capabilities: { get_provider_schema_optional: true },
  };
}
