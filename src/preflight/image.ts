import { fail } from '../core/faults.ts';
import { suggest } from '../core/suggest.ts';
import { getImage, getImageFromFamily, listImages } from '../google/compute-facts.ts';
import type { Check } from './check.ts';

/** Does the image exist, does it fit the disk and the processor? Where Google has retired it, the newest of its kind is proposed. */
export const image: Check = {
  name: 'image',
  summary: 'the image exists and fits the boot disk and the processor',
  async ask({ options, http, machine }) {
    const { imageProject, imageName, imageFamily, diskSizeGb } = options;
    const found =
      imageName === undefined
        ? await getImageFromFamily(http, imageProject, imageFamily ?? '')
        : await getImage(http, imageProject, imageName);
    const wanted = imageName ?? imageFamily ?? '';
    if (!found) {
      const others = await listImages(http, imageProject);
      const names =
        imageName === undefined ? unique(others.map(({ family }) => family)) : others.map(({ name }) => name);
      const near = newestOfKind(wanted, names) ?? suggest(wanted, names);
      throw fail('IMAGE_NOT_FOUND', {
        option: imageName === undefined ? 'IMAGE_FAMILY_NAME' : 'IMAGE_NAME',
        image: wanted,
        project: imageProject,
        near: near ?? 'see `gcloud compute images list`',
      });
    }
    if (found.diskSizeGb > diskSizeGb) {
      throw fail('DISK_TOO_SMALL', { size: diskSizeGb, image: found.name, needed: found.diskSizeGb });
    }
    const arm = found.architecture === 'ARM64';
    if (machine && found.architecture && arm !== (machine.arch === 'arm64')) {
      throw fail('IMAGE_WRONG_PROCESSOR', {
        image: found.name,
        has: found.architecture,
        type: machine.name,
        wants: machine.arch,
      });
    }
    return found.name;
  },
};

/** Of families such as `common-cu128-ubuntu-2204-nvidia-570`, the newest that shares the first word with `wanted`. */
function newestOfKind(wanted: string, names: readonly string[]): string | undefined {
  const [kind] = wanted.split('-', 1);
  return names
    .filter((name) => name.split('-', 1)[0] === kind)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
}

function unique(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}
