import { randomUUID } from 'node:crypto';

import type { Options } from '../options/read.ts';

/** One NAME_PREFIX in one project: the thing that is created, looked at and taken away. */
export interface Deployment {
  project: string;
  prefix: string;
  region: string;
  /** On every resource, in a label or in the description: what carries it is ours, everything else is not. */
  uuid: string;
  /** The bucket that holds state and files; undefined with CLEANUP_ON_EXIT where no files are copied. */
  bucket: string | undefined;
  /** Folder of the deployment in the bucket, without a final slash: `<dir>/<prefix>-deployment`. */
  folder: string;
  /** We made the bucket, so we may delete it when it is empty. */
  madeBucket: boolean;
  /** Zone of the machines, once one was chosen. */
  zone: string | undefined;
  /** Where Terraform keeps its state. */
  state: 'bucket' | 'local';
}

/** The label that names the deployment for people, and the one that proves that a resource is its. */
export const labels = { name: 'cluster-provision', id: 'cluster-provision-id' } as const;

/** `<dir>/<prefix>-deployment`, the deployment's folder in its bucket. */
export function deploymentFolder(options: Pick<Options, 'gcsPath' | 'namePrefix'>): string {
  const directory = options.gcsPath?.directory ?? '';
  return `${directory === '' ? '' : `${directory}/`}${options.namePrefix}-deployment`;
}

/** A deployment that does not exist yet. */
export function newDeployment(
  options: Pick<Options, 'projectId' | 'namePrefix' | 'region' | 'gcsPath' | 'cleanupOnExit'>,
  bucket: { name: string; made: boolean } | undefined,
): Deployment {
  return {
    project: options.projectId,
    prefix: options.namePrefix,
    region: options.region,
    uuid: randomUUID(),
    bucket: bucket?.name,
    folder: deploymentFolder(options),
    madeBucket: bucket?.made ?? false,
    zone: undefined,
    state: options.cleanupOnExit ? 'local' : 'bucket',
  };
}

/** The marker that types without labels carry in their description. */
export function marker(deployment: Pick<Deployment, 'prefix' | 'uuid'>): string {
  return `cluster-provision ${deployment.prefix} ${deployment.uuid}`;
}
