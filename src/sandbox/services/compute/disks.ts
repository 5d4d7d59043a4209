import * as z from 'zod';

import { ApiError } from '../../service.ts';
import { method } from './call.ts';
import { collection } from './collection.ts';
import { change, resourcePath } from './operate.ts';
import type { Part } from './collection.ts';
import { findImage } from './images.ts';
import { diskTypeNames } from './machine-types.ts';
import { nameOf, pathOf, pathOfLink } from './path.ts';
import { invalidValue } from './refusals.ts';
import { labelled, Labels } from './labels.ts';
import { find, link, parseBody, ResourceName } from './resource.ts';

const SizeGb = z.coerce.number().int().min(1, 'Disk size must be at least 1 GB.');
const Disk = z.looseObject({
  name: ResourceName,
  sizeGb: SizeGb.optional(),
  type: z.string().default('pd-standard'),
  sourceImage: z.string().optional(),
  labels: Labels.optional(),
});

const shape = collection({
  collection: 'disks',
  kind: 'compute#disk',
  noun: 'disk',
  scope: 'zone',
  hasLabels: true,
  body: Disk,
  make(body, call) {
    const type = link(call, 'diskTypes', body.type, call.scope);
    if (!diskTypeNames.includes(nameOf(type))) {
      throw invalidValue('resource.type', body.type, 'The referenced disk type resource cannot be found.');
    }
    const place = { project: call.project.projectId, scope: 'global', collection: 'images' };
    const image = body.sourceImage === undefined ? undefined : findImage(pathOf(body.sourceImage, place));
    return {
      sizeGb: String(body.sizeGb ?? image?.diskSizeGb ?? 500),
      type,
      ...(image ? { sourceImage: image.selfLink, sourceImageId: image.id } : {}),
      ...diskConstants,
      ...labelled(body.labels),
    };
  },
  // https://cloud.google.com/compute/docs/reference/rest/v1/disks/update: only the fields that `paths` names.
  patch(_old, body, { request }) {
    const paths = (request.query['paths'] ?? Object.keys(body).join(',')).split(',');
    return Object.fromEntries(Object.entries(body).filter(([field]) => paths.includes(field)));
  },
  *users(_world, _path, disk) {
    for (const user of (disk['users'] ?? []) as string[]) yield pathOfLink(user);
  },
});

/** What Google says of every disk. */
export const diskConstants = { status: 'READY', physicalBlockSizeBytes: '4096', enableConfidentialCompute: false };

/** https://cloud.google.com/compute/docs/reference/rest/v1/disks */
export const disks: Part = {
  ...shape,
  routes: {
    ...shape.routes,
    'POST /compute/v1/projects/{project}/zones/{zone}/disks/{name}/resize': method('compute.disks.update', (call) => {
      const disk = find(call.store, 'disks', resourcePath(call, 'disks'));
      const { sizeGb } = parseBody(z.looseObject({ sizeGb: SizeGb }), call.request.body);
      if (sizeGb < Number(disk['sizeGb'])) {
        throw new ApiError(
          400,
          'invalid',
          `Disk cannot be shrunk: the new size ${sizeGb} is smaller than ${String(disk['sizeGb'])}.`,
        );
      }
      return change(call, 'disks', disk, 'resize', { sizeGb: String(sizeGb) });
    }),
  },
};
