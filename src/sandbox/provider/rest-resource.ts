import { fieldAt } from './field.ts';
import { importTemplates, parseImportId } from './import-id.ts';
import { planLabels } from './label.ts';
import { fillTemplate } from './link.ts';
import { planLocation } from './location.ts';
import type { Resource } from './resource.ts';
import { createResource } from './rest-create.ts';
import { deleteResource } from './rest-delete.ts';
import { readResource } from './rest-read.ts';
import type { RestSpec } from './rest-spec.ts';
import { restType } from './rest-type.ts';
import type { RestType } from './rest-type.ts';
import { updateResource } from './rest-update.ts';
import type { ObjectValue } from './value.ts';

/** Makes a resource type of its data. */
export function restResource(spec: RestSpec): Resource {
  const type = restType(spec);
  return {
    type: spec.type,
    fields: type.fields,
    ...(spec.validate ? { validate: spec.validate } : {}),
    plan(planned, change) {
      const located = planLocation(planned, change, spec.located ?? ['project']);
      const marked = type.labelled ? planLabels(located, change) : located;
      return spec.plan ? spec.plan(marked, change) : marked;
    },
    create: (planned, session) => createResource(type, planned, session),
    read: (state, session) => readResource(type, state, session),
    update: (planned, prior, session) => updateResource(type, planned, prior, session),
    delete: (state, session) => deleteResource(type, state, session),
    importState(id, { provider }) {
      const found = parseImportId(id, spec.importIds ?? importTemplates(spec.id), provider);
      return { ...localDefaults(type), ...found, id: fillTemplate(spec.id, found) };
    },
  };
}

/** What the state says of attributes that only the configuration knows, after an import. */
function localDefaults({ block, fields }: RestType): ObjectValue {
  return Object.fromEntries(
    Object.keys(block.attributes).flatMap((name) => {
      const { rest, default: value } = fieldAt(fields, name);
      return rest === null && value !== undefined ? [[name, value]] : [];
    }),
  );
}
