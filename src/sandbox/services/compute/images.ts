import { method } from './call.ts';
import type { Part } from './collection.ts';
import { imageFamilies } from './image-families.ts';
import type { ImageFamily } from './image-families.ts';
import { listReply } from './pages.ts';
import { nameOf, selfLink } from './path.ts';
import { notFound } from './refusals.ts';
import { timestamp } from './time.ts';

/** An image of Google's own projects. */
export interface Image {
  kind: 'compute#image';
  id: string;
  creationTimestamp: string;
  description: string;
  status: 'READY';
  sourceType: 'RAW';
  archiveSizeBytes: string;
  storageLocations: readonly string[];
  labelFingerprint: string;
  name: string;
  family: string;
  selfLink: string;
  diskSizeGb: string;
  architecture: 'X86_64' | 'ARM64';
  licenses: readonly string[];
  guestOsFeatures: readonly { type: string }[];
  deprecated?: { state: 'DEPRECATED' | 'OBSOLETE'; replacement?: string };
}

const base = '/compute/v1/projects/{project}/global/images';

/** https://cloud.google.com/compute/docs/reference/rest/v1/images — read only, for Google's image projects. */
export const images: Part = {
  routes: {
    [`GET ${base}`]: method('compute.images.list', ({ request, parent, project }) =>
      listReply(request, 'compute#image', `${parent}/images`, imagesOf(project.projectId)),
    ),
    [`GET ${base}/{name}`]: method('compute.images.get', ({ request, parent }) =>
      findImage(`${parent}/images/${request.params['name'] ?? ''}`),
    ),
    // https://cloud.google.com/compute/docs/reference/rest/v1/imageFamilyViews
    'GET /compute/v1/projects/{project}/zones/{anyZone}/imageFamilyViews/{name}': method(
      'compute.images.getFromFamily',
      ({ request, parent }) => ({
        image: findImage(`${parent}/images/family/${request.params['name'] ?? ''}`),
      }),
    ),
    [`GET ${base}/family/{name}`]: method('compute.images.getFromFamily', ({ request, parent }) =>
      findImage(`${parent}/images/family/${request.params['name'] ?? ''}`),
    ),
  },
};

/** The image at a path: one image, or the newest of a family that is in use. Throws 404. */
export function findImage(path: string): Image {
  const [, project = ''] = path.split('/');
  const name = nameOf(path);
  const all = imagesOf(project);
  const found = /\/images\/family\/|\/imageFamilyViews\//.test(path)
    ? all.findLast((image) => image.family === name && image.deprecated === undefined)
    : all.find((image) => image.name === name || image.id === name);
  if (!found) throw notFound(path);
  return found;
}

function imagesOf(project: string): Image[] {
  return imageFamilies
    .filter((family) => family.project === project)
    .flatMap((family) => family.versions.map((_, index) => image(family, index)));
}

function image(family: ImageFamily, index: number): Image {
  const version = family.versions[index] ?? '';
  const name = imageName(family, version);
  const newest = imageName(family, family.versions.at(-1) ?? '');
  const path = `projects/${family.project}/global/images`;
  const isOld = index < family.versions.length - 1;
  const state = family.obsolete ? 'OBSOLETE' : isOld ? 'DEPRECATED' : undefined;
  return {
    kind: 'compute#image',
    creationTimestamp: timestamp(dateOf(version)),
    status: 'READY',
    sourceType: 'RAW',
    id: `${version}${String(imageFamilies.indexOf(family)).padStart(3, '0')}`,
    name,
    family: family.family,
    description: `${family.family}, built on ${version}`,
    diskSizeGb: String(family.diskSizeGb),
    archiveSizeBytes: String(family.diskSizeGb * 100_000_000),
    architecture: family.architecture ?? 'X86_64',
    licenses: [selfLink(`projects/${family.project}/global/licenses/${family.license}`)],
    guestOsFeatures: [{ type: 'VIRTIO_SCSI_MULTIQUEUE' }, { type: 'UEFI_COMPATIBLE' }, { type: 'GVNIC' }],
    storageLocations: ['us'],
    labelFingerprint: '42WmSpB8rSM=',
    ...(state ? { deprecated: { state, ...(isOld ? { replacement: selfLink(`${path}/${newest}`) } : {}) } } : {}),
    selfLink: selfLink(`${path}/${name}`),
  };
}

function imageName(family: ImageFamily, version: string): string {
  return `${family.prefix ?? family.family}-v${version}`;
}

function dateOf(version: string): number {
  return Date.parse(version.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3T12:00:00Z'));
}
