import { ApiError } from '../../service.ts';
import type { Site } from './call.ts';
import { diskConstants } from './disks.ts';
import { findImage } from './images.ts';
import type { AttachedDisk } from './instance-properties.ts';
import type { MachineSpec } from './machine-specs.ts';
import { diskTypeNames } from './machine-types.ts';
import { nameOf, pathOf, pathOfLink, selfLink } from './path.ts';
import { diskMetric } from './quota-metrics.ts';
import type { Needs } from './quota-usage.ts';
import { alreadyExists, inUse, invalidValue, notFound } from './refusals.ts';
import { labelled } from './labels.ts';
import type { Resource } from './resource.ts';
import { timestamp } from './time.ts';

/** The disks of one machine after the other: as the machine shows them, and as disks of their own. */
export interface DiskPlan {
  needs: Needs;
  localSsdGb: number;
  make(instanceName: string, instanceLink: string): { attached: object[]; made: Resource[] };
}

// Local SSDs come in this size: https://cloud.google.com/compute/docs/disks/local-ssd
const localSsdGb = 375;

/** Checks the disks that machines of a zone are asked for with. Throws what Google answers where they cannot be. */
export function planDisks(site: Site, zone: string, spec: MachineSpec, disks: readonly AttachedDisk[]): DiskPlan {
  const given = disks.filter((disk) => disk.type === 'SCRATCH').length;
  const bundled = Array.from({ length: Math.max(0, spec.bundledSsd.count - given) }, () => scratchOf(spec));
  const makers = [...disks, ...bundled].map((disk, index) => {
    if (disk.type === 'SCRATCH') return planScratch(disk, index, disks.length - given);
    return disk.source === undefined ? planNew(site, zone, spec, disk, index) : planExisting(site, zone, disk, index);
  });
  const needs: Needs = {};
  for (const { metric, sizeGb } of makers) if (metric) needs[metric] = (needs[metric] ?? 0) + sizeGb;
  return {
    needs,
    localSsdGb: (given + bundled.length) * (bundled.length > 0 ? spec.bundledSsd.sizeGib : localSsdGb),
    make(instanceName, instanceLink) {
      const made = makers.map((maker) => maker.make(instanceName, instanceLink));
      return { attached: made.map((one) => one.attached), made: made.flatMap((one) => one.disk ?? []) };
    },
  };
}

interface DiskMaker {
  /** Quota metric of a new persistent disk. */
  metric?: string;
  sizeGb: number;
  make(instanceName: string, instanceLink: string): { attached: object; disk?: Resource };
}

function planScratch(disk: AttachedDisk, index: number, persistent: number): DiskMaker {
  const { initializeParams: _initializeParams, ...rest } = disk;
  const attached = {
    ...rest,
    kind: 'compute#attachedDisk',
    index,
    boot: false,
    autoDelete: true,
    deviceName: disk.deviceName ?? `local-ssd-${index - persistent}`,
    interface: disk.interface ?? 'NVME',
    diskSizeGb: String(disk.diskSizeGb ?? localSsdGb),
  };
  return { sizeGb: 0, make: () => ({ attached }) };
}

function planExisting(site: Site, zone: string, disk: AttachedDisk, index: number): DiskMaker {
  const path = pathOf(disk.source ?? '', {
    project: site.project.projectId,
    scope: `zones/${zone}`,
    collection: 'disks',
  });
  const found = site.store.get<Resource & { users?: string[] }>('disks', path);
  if (!found) throw notFound(path);
  const user = found.users?.[0];
  if (user && disk.mode === 'READ_WRITE') throw inUse('disk', path, pathOfLink(user));
  const { initializeParams: _initializeParams, ...rest } = disk;
  return {
    sizeGb: 0,
    make: (_name, instanceLink) => ({
      attached: {
        ...rest,
        kind: 'compute#attachedDisk',
        index,
        deviceName: disk.deviceName ?? `persistent-disk-${index}`,
        source: found.selfLink,
        diskSizeGb: found['sizeGb'],
      },
      disk: { ...found, users: [...(found.users ?? []), instanceLink] },
    }),
  };
}

function planNew(site: Site, zone: string, spec: MachineSpec, disk: AttachedDisk, index: number): DiskMaker {
  const field = `resource.disks[${index}].initializeParams`;
  const { projectId } = site.project;
  const { initializeParams = {}, diskSizeGb, ...rest } = disk;
  const place = { project: projectId, scope: 'global', collection: 'images' };
  const image =
    initializeParams.sourceImage === undefined ? undefined : findImage(pathOf(initializeParams.sourceImage, place));
  if (!image && disk.boot)
    throw new ApiError(
      400,
      'invalid',
      `Invalid value for field '${field}.sourceImage': ''. Boot disk must have a source specified`,
    );
  const type = nameOf(initializeParams.diskType ?? spec.defaultBootDiskType);
  checkType(spec, type, disk.boot, field);
  if (image && image.architecture !== spec.architecture) {
    throw new ApiError(
      400,
      'badRequest',
      `Requested boot disk architecture (${image.architecture}) is not compatible with machine type architecture (${spec.architecture}).`,
    );
  }
  const sizeGb = initializeParams.diskSizeGb ?? diskSizeGb ?? Number(image?.diskSizeGb ?? 500);
  if (image && sizeGb < Number(image.diskSizeGb)) {
    throw invalidValue(
      `${field}.diskSizeGb`,
      String(sizeGb),
      `Requested disk size cannot be smaller than the image size (${image.diskSizeGb} GB)`,
    );
  }
  const fromImage = image && {
    licenses: image.licenses,
    guestOsFeatures: image.guestOsFeatures,
    architecture: image.architecture,
  };
  return {
    metric: diskMetric(type),
    sizeGb,
    make(instanceName, instanceLink) {
      const name = initializeParams.diskName ?? (disk.boot ? instanceName : `${instanceName}-${index}`);
      const path = `projects/${projectId}/zones/${zone}/disks/${name}`;
      if (site.store.get('disks', path)) throw alreadyExists(path);
      const attached = {
        ...rest,
        kind: 'compute#attachedDisk',
        index,
        interface: disk.interface ?? 'SCSI',
        deviceName: disk.deviceName ?? `persistent-disk-${index}`,
        source: selfLink(path),
        diskSizeGb: String(sizeGb),
        ...fromImage,
      };
      const made: Resource = {
        kind: 'compute#disk',
        id: site.store.nextId(),
        creationTimestamp: timestamp(site.now),
        name,
        sizeGb: String(sizeGb),
        zone: selfLink(`projects/${projectId}/zones/${zone}`),
        type: selfLink(`projects/${projectId}/zones/${zone}/diskTypes/${type}`),
        ...(image ? { sourceImage: image.selfLink, sourceImageId: image.id } : {}),
        ...fromImage,
        ...diskConstants,
        ...labelled(initializeParams.labels),
        selfLink: selfLink(path),
        users: [instanceLink],
        lastAttachTimestamp: timestamp(site.now),
      };
      return { attached, disk: made };
    },
  };
}

function checkType(spec: MachineSpec, type: string, boot: boolean, field: string): void {
  if (!diskTypeNames.includes(type)) {
    throw invalidValue(`${field}.diskType`, type, 'The referenced disk type resource cannot be found.');
  }
  if (boot && !spec.bootDiskTypes.includes(type)) {
    throw new ApiError(400, 'badRequest', `${type} disk type cannot be used by ${spec.name} machine type.`);
  }
}

function scratchOf(spec: MachineSpec): AttachedDisk {
  return {
    type: 'SCRATCH',
    boot: false,
    autoDelete: true,
    mode: 'READ_WRITE',
    interface: 'NVME',
    diskSizeGb: spec.bundledSsd.sizeGib,
  };
}
