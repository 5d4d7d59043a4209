import type { MachineType } from './machine-types.ts';
import { networkProfile } from './network-profiles.ts';

/** An image family and the project that publishes it. */
export interface ImageFamily {
  family: string;
  project: string;
}

/** The project of the Deep Learning VM images: all of them are amd64 and bring Jupyter along. */
export const deepLearningProject = 'deeplearning-platform-release';

/**
 * PyTorch 2.9, CUDA 12.9, driver 580, Ubuntu 24.04; supported until 2028-08-04 and made for A100 to H100, L4 and the
 * n1 GPUs: https://docs.cloud.google.com/deep-learning-vm/docs/images
 */
const deepLearning: ImageFamily = { family: 'pytorch-2-9-cu129-ubuntu-2404-nvidia-580', project: deepLearningProject };

/**
 * Ubuntu with driver 580 and the RDMA drivers, which the Deep Learning VM images lack; the only one of the two for arm64:
 * https://docs.cloud.google.com/ai-hypercomputer/docs/software-stack#accelerator-os-images
 */
function accelerator(arch: MachineType['arch']): ImageFamily {
  return { family: `ubuntu-accelerator-2404-${arch}-with-nvidia-580`, project: 'ubuntu-os-accelerator-images' };
}

/** The family that machines of this type boot when the user names none. */
export function defaultImage(machine: MachineType): ImageFamily {
  const rdma = networkProfile(machine.networkProfile).gpudirect === 'RDMA';
  return rdma || machine.arch === 'arm64' ? accelerator(machine.arch) : deepLearning;
}
