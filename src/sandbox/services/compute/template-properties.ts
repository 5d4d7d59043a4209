import type { Call } from './call.ts';
import type { InstanceProperties, AttachedDisk, NetworkInterface } from './instance-properties.ts';
import { findImage } from './images.ts';
import { checkMetadata, metadata } from './metadata.ts';
import { pathOf, selfLink } from './path.ts';
import { reference } from './resource.ts';
import { keptScheduling } from './scheduling.ts';

/**
 * The properties of a template as Google keeps them: networks and images as full URLs, types by their short names.
 * Throws 404 for a network, a subnetwork or an image that is not there.
 */
export function templateProperties(properties: InstanceProperties, call: Call): object {
  checkMetadata(properties.metadata?.items, 'resource.properties.metadata');
  return {
    ...properties,
    disks: properties.disks?.map((disk, index) => templateDisk(disk, index, call)),
    networkInterfaces: properties.networkInterfaces?.map((one, index) => templateInterface(one, index, call)),
    ...(properties.metadata ? { metadata: metadata(properties.metadata.items ?? []) } : {}),
    scheduling: keptScheduling(properties.scheduling),
  };
}

function templateDisk(disk: AttachedDisk, index: number, call: Call): object {
  const { initializeParams, diskSizeGb, ...rest } = disk;
  const params = initializeParams && {
    ...initializeParams,
    ...(initializeParams.diskSizeGb === undefined ? {} : { diskSizeGb: String(initializeParams.diskSizeGb) }),
    ...(initializeParams.sourceImage === undefined
      ? {}
      : { sourceImage: imageLink(initializeParams.sourceImage, call) }),
  };
  return {
    kind: 'compute#attachedDisk',
    ...rest,
    index,
    deviceName: disk.deviceName ?? (disk.type === 'SCRATCH' ? `local-ssd-${index}` : `persistent-disk-${index}`),
    ...(diskSizeGb === undefined ? {} : { diskSizeGb: String(diskSizeGb) }),
    ...(params ? { initializeParams: params } : {}),
  };
}

function imageLink(image: string, call: Call): string {
  const path = pathOf(image, { project: call.project.projectId, scope: 'global', collection: 'images' });
  findImage(path);
  return selfLink(path);
}

function templateInterface(one: NetworkInterface, index: number, call: Call): object {
  return {
    kind: 'compute#networkInterface',
    ...one,
    name: `nic${index}`,
    ...(one.network === undefined ? {} : { network: reference(call, 'networks', one.network) }),
    ...(one.subnetwork === undefined ? {} : { subnetwork: subnetworkLink(one.subnetwork, call) }),
    ...(one.accessConfigs
      ? {
          accessConfigs: one.accessConfigs.map((access) => ({
            kind: 'compute#accessConfig',
            type: 'ONE_TO_ONE_NAT',
            networkTier: 'PREMIUM',
            ...access,
            name: access.name ?? 'external-nat',
          })),
        }
      : {}),
  };
}

// A bare name says no region: it is kept as it is and looked for where machines are made.
function subnetworkLink(subnetwork: string, call: Call): string {
  return subnetwork.includes('/') ? reference(call, 'subnetworks', subnetwork) : subnetwork;
}
