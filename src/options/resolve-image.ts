import { deepLearningProject, defaultImage } from '../catalog/images.ts';
import type { MachineType } from '../catalog/machine-types.ts';
import type { Findings } from './findings.ts';
import type { TableValues } from './table.ts';

/** What the machines boot: an exact image, or the newest of a family. */
export interface Image {
  imageFamily?: string;
  imageName?: string;
  imageProject: string;
  enableNotebook: boolean;
}

/** Settles the boot image, and whether it brings Jupyter along. */
export function resolveImage(values: TableValues, facts: MachineType, { complain }: Findings): Image {
  const { imageFamily: family, imageName: name, imageProject: project, enableNotebook } = values;
  const image = name ?? family;
  const usual = defaultImage(facts);
  if (name !== undefined && family !== undefined) {
    complain('imageName', ['imageFamily'], 'and IMAGE_FAMILY_NAME exclude each other; leave one out');
  }
  if (image === undefined && project !== undefined) {
    complain('imageProject', ['imageFamily', 'imageName'], 'says nothing without IMAGE_FAMILY_NAME or IMAGE_NAME');
  }
  const imageProject = image === undefined ? usual.project : (project ?? deepLearningProject);
  const otherArch = image !== undefined && isForOtherArch(image, imageProject, facts.arch);
  if (otherArch) {
    complain(
      name === undefined ? 'imageFamily' : 'imageName',
      ['vmType', 'imageProject'],
      `'${image}' is not for ${facts.arch}, which ${facts.name} is`,
      usual.family,
    );
  }
  return {
    ...(name === undefined ? { imageFamily: family ?? usual.family } : { imageName: name }),
    imageProject,
    enableNotebook: enableNotebook ?? imageProject === deepLearningProject,
  };
}

function isForOtherArch(image: string, project: string, arch: MachineType['arch']): boolean {
  if (arch === 'amd64') return /arm64|aarch64/.test(image);
  return project === deepLearningProject || /amd64|x86/.test(image);
}
