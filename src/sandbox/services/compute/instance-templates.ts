import * as z from 'zod';

import { collection } from './collection.ts';
import type { Part } from './collection.ts';
import type { Group } from './group.ts';
import { InstanceProperties } from './instance-properties.ts';
import { pathsWhere, ResourceName } from './resource.ts';
import { templateProperties } from './template-properties.ts';

const InstanceTemplate = z.looseObject({ name: ResourceName, properties: InstanceProperties });

/** https://cloud.google.com/compute/docs/reference/rest/v1/instanceTemplates */
export const instanceTemplates: Part = templatesIn('global');

/** https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceTemplates */
export const regionInstanceTemplates: Part = templatesIn('region');

function templatesIn(scope: 'global' | 'region'): Part {
  return collection({
    collection: 'instanceTemplates',
    kind: 'compute#instanceTemplate',
    noun: 'instance_template',
    scope,
    quota: 'INSTANCE_TEMPLATES',
    body: InstanceTemplate,
    make: (body, call) => ({ properties: templateProperties(body.properties, call) }),
    users: ({ store }, path, template) =>
      pathsWhere<Group>(store, 'instanceGroupManagers', path, (group) =>
        group.versions.some((version) => version.instanceTemplate === template.selfLink),
      ),
  });
}
