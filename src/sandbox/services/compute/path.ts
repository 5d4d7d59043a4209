const root = 'https://www.googleapis.com/compute/v1/';

/** Where a bare name or a partial path belongs: `subnetworks` in `projects/p/regions/us-central1`. */
export interface Place {
  project: string;
  /** `global`, `regions/us-central1` or `zones/us-central1-a`. */
  scope: string;
  collection: string;
}

/** The full URL that Google answers for the resource at `path` (`projects/p/global/networks/n`). */
export function selfLink(path: string): string {
  return root + path;
}

/**
 * The path below the version of whatever form a client wrote: a full URL of any host, `projects/p/…`, `zones/z/…`, a
 * bare name. Terraform's provider also writes `projects/p/global/regions/r`.
 */
export function pathOf(reference: string, place: Place): string {
  const full = /(?:^|\/)(projects\/[^/]+\/.+)$/.exec(reference);
  const path = full?.[1] ?? inPlace(reference.replace(/^\/+/, ''), place);
  return path.replace(/\/global\/(zones|regions)\//, '/$1/').replace(/\?.*$/, '');
}

/** The full URL of whatever form a client wrote. */
export function linkOf(reference: string, place: Place): string {
  return selfLink(pathOf(reference, place));
}

/** The path of a link made by `selfLink`. */
export function pathOfLink(link: string): string {
  return link.startsWith(root) ? link.slice(root.length) : link;
}

/** The path of the zone that a zonal path is in: `projects/p/zones/z`. */
export function zonePath(path: string): string {
  return path.split('/', 4).join('/');
}

/** The last part of a link or path: the resource's name. */
export function nameOf(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

/** `us-central1` of `zones/us-central1-a`, of `us-central1-a`, and of `regions/us-central1`. */
export function regionOf(scope: string): string {
  const name = nameOf(scope);
  return scope.startsWith('regions/') ? name : name.replace(/-[a-z]$/, '');
}

function inPlace(reference: string, { project, scope, collection }: Place): string {
  if (/^(global|zones\/[^/]+|regions\/[^/]+)\//.test(reference)) return `projects/${project}/${reference}`;
  if (reference.startsWith(`${collection}/`)) return `projects/${project}/${scope}/${reference}`;
  return `projects/${project}/${scope}/${collection}/${reference}`;
}
