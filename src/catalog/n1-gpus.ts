import type { Provenance } from './sources.ts';

/** A GPU that can be attached to n1 machines, which come without one. */
export interface AttachableGpu extends Provenance {
  acceleratorType: string;
  /** Number of GPUs that may be attached → most vCPUs the machine may then have. */
  maxVcpus: Readonly<Record<number, number>>;
  /** Google has taken it out of service: it is known here so that its name is understood. */
  retired?: true;
}

/** https://docs.cloud.google.com/compute/docs/gpus#n1-gpus */
export const n1Gpus: readonly AttachableGpu[] = [
  {
    acceleratorType: 'nvidia-tesla-t4',
    maxVcpus: { 1: 48, 2: 48, 4: 96 },
    sources: ['GKE-CA', 'SKY'],
    confidence: 'high',
  },
  {
    acceleratorType: 'nvidia-tesla-v100',
    maxVcpus: { 1: 12, 2: 24, 4: 48, 8: 96 },
    sources: ['GKE-CA', 'SKY'],
    confidence: 'high',
  },
  {
    acceleratorType: 'nvidia-tesla-p100',
    maxVcpus: { 1: 16, 2: 32, 4: 64 },
    sources: ['GKE-CA', 'SKY'],
    confidence: 'medium',
    unconfirmed: ['vCPUs with 4 GPUs: GKE-CA says 64, SkyPilot 96'],
  },
  {
    acceleratorType: 'nvidia-tesla-p4',
    maxVcpus: { 1: 24, 2: 48, 4: 96 },
    sources: ['GKE-CA', 'SKY'],
    confidence: 'high',
  },
  {
    acceleratorType: 'nvidia-tesla-k80',
    maxVcpus: { 1: 8, 2: 16, 4: 32, 8: 64 },
    sources: ['GKE-CA', 'SKY', 'CAL'],
    confidence: 'medium',
    retired: true,
  },
];
