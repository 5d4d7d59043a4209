import type { Resource } from './resource.ts';

/** A machine in the store. */
export interface Instance extends Resource {
  status: 'PROVISIONING' | 'STAGING' | 'RUNNING' | 'STOPPING' | 'TERMINATED';
  zone: string;
  machineType: string;
  scheduling: {
    provisioningModel: string;
    preemptible?: boolean;
    instanceTerminationAction?: 'STOP' | 'DELETE';
    maxRunDuration?: { seconds: string };
    terminationTime?: string;
  };
  disks?: { source?: string; autoDelete?: boolean }[];
  lastStartTimestamp?: string;
  resourceStatus?: { scheduling?: { terminationTimestamp?: string } };
  /** Membership in a managed group. */
  _managed?: Membership;
}

/** What a group remembers of a machine that it made. */
interface Membership {
  /** Path of the group. */
  group: string;
  /** Full URL of the template that the machine was made of. */
  template: string;
  versionName?: string;
  /** `NONE`, or what the group is doing with the machine: `CREATING`, `RECREATING`, `DELETING`, … */
  action: string;
  /** How often making it has failed before. */
  attempts?: number;
  /** Its time was over: the group becomes smaller by it. */
  expired?: boolean;
}
