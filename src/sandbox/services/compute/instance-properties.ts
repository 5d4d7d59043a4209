import * as z from 'zod';

import { Metadata } from './metadata.ts';
import { Labels } from './labels.ts';

const Whole = z.coerce.number().int();

const InitializeParams = z.looseObject({
  diskName: z.string().optional(),
  diskSizeGb: Whole.min(1).optional(),
  diskType: z.string().optional(),
  sourceImage: z.string().optional(),
  labels: Labels.optional(),
});

/** A disk of a machine, new or there already. */
export const AttachedDisk = z.looseObject({
  type: z.enum(['PERSISTENT', 'SCRATCH']).default('PERSISTENT'),
  boot: z.boolean().default(false),
  autoDelete: z.boolean().default(false),
  mode: z.enum(['READ_WRITE', 'READ_ONLY']).default('READ_WRITE'),
  interface: z.enum(['SCSI', 'NVME']).optional(),
  deviceName: z.string().optional(),
  diskSizeGb: Whole.optional(),
  source: z.string().optional(),
  initializeParams: InitializeParams.optional(),
});

/** A network interface of a machine. */
export const NetworkInterface = z.looseObject({
  network: z.string().optional(),
  subnetwork: z.string().optional(),
  networkIP: z.string().optional(),
  nicType: z.enum(['VIRTIO_NET', 'GVNIC', 'IDPF', 'MRDMA', 'IRDMA', 'UNSPECIFIED_NIC_TYPE']).optional(),
  accessConfigs: z
    .array(z.looseObject({ name: z.string().optional(), type: z.string().optional(), natIP: z.string().optional() }))
    .optional(),
});

/** A length of time: `{seconds: '3600'}`. */
export const Duration = z.looseObject({ seconds: z.coerce.number().int().nonnegative() });

/** How a machine is bought and ended. https://cloud.google.com/compute/docs/reference/rest/v1/instances#Instance.FIELDS.scheduling */
export const Scheduling = z.looseObject({
  automaticRestart: z.boolean().optional(),
  onHostMaintenance: z.string().optional(),
  preemptible: z.boolean().optional(),
  provisioningModel: z.enum(['', 'STANDARD', 'SPOT', 'FLEX_START', 'RESERVATION_BOUND']).optional(),
  instanceTerminationAction: z.enum(['', 'STOP', 'DELETE']).optional(),
  maxRunDuration: Duration.optional(),
  terminationTime: z.string().optional(),
});

/** What a template says of its machines, and what a machine is asked for with. */
export const InstanceProperties = z.looseObject({
  machineType: z.string(),
  disks: z.array(AttachedDisk).optional(),
  networkInterfaces: z.array(NetworkInterface).optional(),
  metadata: Metadata.optional(),
  labels: Labels.optional(),
  tags: z.looseObject({ items: z.array(z.string()).optional() }).optional(),
  serviceAccounts: z.array(z.looseObject({ email: z.string(), scopes: z.array(z.string()).optional() })).optional(),
  scheduling: Scheduling.optional(),
  guestAccelerators: z.array(z.looseObject({ acceleratorType: z.string(), acceleratorCount: Whole.min(1) })).optional(),
  resourcePolicies: z.array(z.string()).optional(),
  reservationAffinity: z
    .looseObject({
      consumeReservationType: z.string(),
      key: z.string().optional(),
      values: z.array(z.string()).optional(),
    })
    .optional(),
});

export type InstanceProperties = z.output<typeof InstanceProperties>;
export type AttachedDisk = z.output<typeof AttachedDisk>;
export type NetworkInterface = z.output<typeof NetworkInterface>;
export type Scheduling = z.output<typeof Scheduling>;
