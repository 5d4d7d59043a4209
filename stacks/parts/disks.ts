import type { ComputeInstanceTemplateDisk } from '@cdktf/provider-google/lib/compute-instance-template/index.js';

import type { Cluster } from './cluster.ts';

/**
 * The disks of every machine: the boot disk, and the local SSDs that were asked for. Those that come with the machine
 * type are attached without being named (https://cloud.google.com/compute/docs/disks/add-local-ssd).
 */
export function machineDisks(cluster: Cluster): ComputeInstanceTemplateDisk[] {
  const { input, variables, labels } = cluster;
  const { options, machine } = input;
  const boot: ComputeInstanceTemplateDisk = {
    boot: true,
    autoDelete: true,
    sourceImage: bootImage(cluster),
    diskType: variables.text('disk_type', options.diskType, 'Type of the boot disk.'),
    diskSizeGb: variables.number('disk_size_gb', options.diskSizeGb, 'Size of the boot disk in GB.'),
    labels,
  };
  const scratch: ComputeInstanceTemplateDisk = {
    type: 'SCRATCH',
    diskType: 'local-ssd',
    interface: 'NVME',
    diskSizeGb: machine.localSsd.sizeGib,
    autoDelete: true,
  };
  const asked = machine.localSsd.mode === 'optional' ? options.localSsdCount : 0;
  return [boot, ...Array.from({ length: asked }, () => scratch)];
}

function bootImage({ input, variables }: Cluster): string {
  const { options } = input;
  const project = variables.text('image_project', options.imageProject, 'Project of the image.');
  if (options.imageName) {
    return `projects/${project}/global/images/${variables.text('image_name', options.imageName, 'Image to boot.')}`;
  }
  if (!options.imageFamily) throw new Error('neither an image nor a family was chosen');
  const family = variables.text('image_family', options.imageFamily, 'Family whose newest image is booted.');
  return `projects/${project}/global/images/family/${family}`;
}
