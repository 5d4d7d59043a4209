/** One image family: the versions of its images, oldest first. */
export interface ImageFamily {
  project: string;
  family: string;
  /** What comes before the version in an image's name; the family where nothing is said. */
  prefix?: string;
  /** Dates `YYYYMMDD`; the last is current, the ones before are deprecated. */
  versions: readonly string[];
  /** All versions are gone out of use. */
  obsolete?: boolean;
  architecture?: 'ARM64';
  diskSizeGb: number;
  license: string;
}

const deepLearning = { project: 'deeplearning-platform-release', diskSizeGb: 50, license: 'common-dl' };
const accelerator = { project: 'ubuntu-os-accelerator-images', diskSizeGb: 20, license: 'ubuntu-2404-lts' };
const ubuntu = { project: 'ubuntu-os-cloud', diskSizeGb: 10 };
const debian = { project: 'debian-cloud', diskSizeGb: 10 };

/** The families that a deployment meets, current and retired; not all that Google has. */
export const imageFamilies: readonly ImageFamily[] = [
  // https://cloud.google.com/deep-learning-vm/docs/images
  { ...deepLearning, family: 'pytorch-2-9-cu129-ubuntu-2404-nvidia-580', versions: ['20260901', '20261105'] },
  { ...deepLearning, family: 'pytorch-2-9-cu129-ubuntu-2204-nvidia-580', versions: ['20261105'] },
  { ...deepLearning, family: 'pytorch-2-7-cu128-ubuntu-2404-nvidia-570', versions: ['20260901', '20261105'] },
  { ...deepLearning, family: 'pytorch-2-7-cu128-ubuntu-2204-nvidia-570', versions: ['20261105'] },
  { ...deepLearning, family: 'common-cu129-ubuntu-2404-nvidia-580', versions: ['20261105'] },
  { ...deepLearning, family: 'common-cu129-ubuntu-2204-nvidia-580', versions: ['20261105'] },
  { ...deepLearning, family: 'common-cu128-ubuntu-2204-nvidia-570', versions: ['20261105'] },
  { ...deepLearning, family: 'pytorch-latest-gpu', versions: ['20240417'], obsolete: true },
  { ...deepLearning, family: 'pytorch-1-12-gpu-debian-10', versions: ['20221107'], obsolete: true },
  { ...deepLearning, family: 'common-cu113-debian-11', versions: ['20231105'], obsolete: true },
  // https://cloud.google.com/ai-hypercomputer/docs/software-stack
  {
    ...accelerator,
    family: 'ubuntu-accelerator-2404-amd64-with-nvidia-580',
    versions: ['20261012', '20261110'],
  },
  {
    ...accelerator,
    family: 'ubuntu-accelerator-2404-arm64-with-nvidia-580',
    versions: ['20261110'],
    architecture: 'ARM64',
  },
  {
    ...accelerator,
    family: 'ubuntu-accelerator-2204-amd64-with-nvidia-570',
    versions: ['20261110'],
    license: 'ubuntu-2204-lts',
  },
  // https://cloud.google.com/compute/docs/images/os-details
  {
    ...ubuntu,
    family: 'ubuntu-2404-lts-amd64',
    prefix: 'ubuntu-2404-noble-amd64',
    versions: ['20261028'],
    license: 'ubuntu-2404-lts',
  },
  {
    ...ubuntu,
    family: 'ubuntu-2404-lts-arm64',
    prefix: 'ubuntu-2404-noble-arm64',
    versions: ['20261028'],
    license: 'ubuntu-2404-lts',
    architecture: 'ARM64',
  },
  {
    ...ubuntu,
    family: 'ubuntu-2204-lts',
    prefix: 'ubuntu-2204-jammy',
    versions: ['20260910', '20261028'],
    license: 'ubuntu-2204-lts',
  },
  {
    ...ubuntu,
    family: 'ubuntu-2004-lts',
    prefix: 'ubuntu-2004-focal',
    versions: ['20250624'],
    license: 'ubuntu-2004-lts',
    obsolete: true,
  },
  { ...debian, family: 'debian-13', prefix: 'debian-13-trixie', versions: ['20261014'], license: 'debian-13-trixie' },
  {
    ...debian,
    family: 'debian-12',
    prefix: 'debian-12-bookworm',
    versions: ['20240110', '20261014'],
    license: 'debian-12-bookworm',
  },
  {
    ...debian,
    family: 'debian-12-arm64',
    prefix: 'debian-12-bookworm-arm64',
    versions: ['20261014'],
    license: 'debian-12-bookworm',
    architecture: 'ARM64',
  },
  {
    ...debian,
    family: 'debian-11',
    prefix: 'debian-11-bullseye',
    versions: ['20261014'],
    license: 'debian-11-bullseye',
  },
  {
    ...debian,
    family: 'debian-10',
    prefix: 'debian-10-buster',
    versions: ['20240617'],
    license: 'debian-10-buster',
    obsolete: true,
  },
];

/** Tells whether a project is one of Google's that everybody may take images from. */
export function isImageProject(projectId: string): boolean {
  return imageFamilies.some(({ project }) => project === projectId);
}
