import type { Json } from '../api.ts';
import { conflicting } from '../check-config.ts';
import { oneOf, resourceName } from '../checks.ts';
import { resolveImage, sameImage } from '../image.ts';
import { lastPart, relativePath, sameLinks } from '../link.ts';
import { asList, machineAnswer, machineBody, machineFields, regionOfNics } from '../machine-fields.ts';
import { restResource } from '../rest-resource.ts';
import type { Session } from '../session.ts';
import { blocksOf, isEmpty, textOf } from '../value.ts';
import type { ObjectValue, Value } from '../value.ts';

const collection = '/compute/v1/projects/{project}/global/instanceTemplates';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_instance_template */
export const computeInstanceTemplate = restResource({
  type: 'google_compute_instance_template',
  label: 'Instance Template',
  readLabel: 'Instance Template "{name}"',
  service: 'compute',
  collection,
  // By number where that is known: a template of the same name made anew is another one.
  self: (values) =>
    `${collection}/${/uniqueId=(\d+)$/.exec(textOf(values, 'self_link_unique'))?.[1] ?? textOf(values, 'name')}`,
  doomed: `${collection}/{name}`,
  id: 'projects/{project}/global/instanceTemplates/{name}',
  operation: 'compute',
  minutes: 4,
  keepsFailed: true,
  words: { creating: 'Error creating instance template', deleting: 'Error deleting instance template' },
  replaceAllBut: ['labels', 'terraform_labels', 'timeouts'],
  fields: {
    ...machineFields,
    name: { check: resourceName },
    name_prefix: { rest: null, check: shortPrefix },
    description: 'templateDescription',
    instance_description: 'description',
    numeric_id: 'id',
    self_link_unique: 'selfLinkUnique',
    can_ip_forward: { default: false },
    resource_policies: { same: sameLinks },
    key_revocation_action_type: { check: oneOf('NONE', 'STOP') },
    scheduling: { computed: true },
    'advanced_machine_features.enable_nested_virtualization': { default: false },
    'network_interface.nic_type': { check: oneOf('GVNIC', 'VIRTIO_NET', 'MRDMA', 'IRDMA') },
    disk: 'disks',
    'disk.auto_delete': { default: true },
    'disk.disk_name': 'initializeParams.diskName',
    'disk.disk_size_gb': { text: true },
    'disk.disk_type': 'initializeParams.diskType',
    'disk.labels': 'initializeParams.labels',
    'disk.provisioned_iops': { rest: 'initializeParams.provisionedIops', text: true },
    'disk.provisioned_throughput': { rest: 'initializeParams.provisionedThroughput', text: true },
    'disk.resource_manager_tags': { rest: 'initializeParams.resourceManagerTags', unread: true },
    'disk.resource_policies': 'initializeParams.resourcePolicies',
    'disk.source_image': { rest: 'initializeParams.sourceImage', same: sameImage },
    'disk.source_image_encryption_key': { rest: 'initializeParams.sourceImageEncryptionKey', unread: true },
    'disk.source_snapshot': { rest: 'initializeParams.sourceSnapshot', unread: true },
    'disk.source_snapshot_encryption_key': { rest: 'initializeParams.sourceSnapshotEncryptionKey', unread: true },
    'disk.architecture': { unread: true },
    resource_manager_tags: { unread: true },
  },
  validate: (config) => conflicting(config, ['name', 'name_prefix']),
  plan(planned) {
    for (const [index, disk] of blocksOf(planned, 'disk').entries()) checkDisk(disk, index);
    return planned;
  },
  async prepare(planned, session) {
    const prefix = textOf(planned, 'name_prefix');
    const name = textOf(planned, 'name') || session.uniqueName(prefix || 'terraform-');
    return { ...planned, name, disk: await withImages(planned, session) };
  },
  shapeBody({ name, templateDescription, ...properties }, planned) {
    const { scheduling, ...machine } = machineBody(properties, planned);
    return {
      name,
      ...(templateDescription === undefined ? {} : { description: templateDescription }),
      properties: {
        ...machine,
        ...bareNames(machine),
        disks: asList(machine.disks).map(diskBody),
        scheduling:
          isEmpty(planned.scheduling) || !properties.scheduling
            ? { onHostMaintenance: 'MIGRATE' }
            : terminate(scheduling as Json),
        ...(machine.guestAccelerators
          ? { guestAccelerators: asList(machine.guestAccelerators).filter((each) => each.acceleratorCount !== 0) }
          : {}),
      },
    };
  },
  shapeAnswer({ properties, description, ...answer }, known) {
    const machine = machineAnswer((properties ?? {}) as Json, known);
    return {
      ...machine,
      ...answer,
      templateDescription: description,
      disks: asList(machine.disks).map(diskAnswer),
      region: regionOfNics(machine),
      selfLinkUnique:
        answer.selfLink === undefined ? undefined : `${String(answer.selfLink)}?uniqueId=${String(answer.id)}`,
    };
  },
  identify: (answer) => ({ self_link_unique: `?uniqueId=${String(answer.targetId)}` }),
});

function shortPrefix(value: Value): string | undefined {
  const most = 54;
  return String(value).length > most
    ? `"name_prefix" cannot be longer than ${most} characters, name is limited to 63`
    : undefined;
}

function checkDisk(disk: ObjectValue, index: number): void {
  const { type, disk_type: diskType, disk_size_gb: size, interface: bus, boot } = disk;
  if (index > 0 && boot === true) {
    throw new Error(
      `Only the first disk specified in instance_template can be the boot disk. disk.${index}.boot was true`,
    );
  }
  if (type === 'SCRATCH' && diskType !== 'local-ssd') {
    throw new Error(
      `SCRATCH disks must have a disk_type of local-ssd. disk ${index} has disk_type ${String(diskType)}`,
    );
  }
  if (diskType === 'local-ssd' && type !== 'SCRATCH') {
    throw new Error(
      `disks with a disk_type of local-ssd must be SCRATCH disks. disk ${index} is a ${String(type)} disk`,
    );
  }
  if (type === 'SCRATCH' && size !== 375 && size !== 3000) {
    throw new Error(`SCRATCH disks must be one of [375 3000] GB, disk ${index} is ${String(size)}`);
  }
  if (type === 'SCRATCH' && size === 3000 && bus !== 'NVME') {
    throw new Error(
      `SCRATCH disks with a size of 3000 GB must have an interface of NVME. disk ${index} has interface ${String(bus)}`,
    );
  }
}

function withImages(planned: ObjectValue, session: Session): Promise<ObjectValue[]> {
  return Promise.all(
    blocksOf(planned, 'disk').map(async (disk) => {
      const image = textOf(disk, 'source_image');
      if (image === '') return disk;
      try {
        return { ...disk, source_image: await resolveImage(session, textOf(planned, 'project'), image) };
      } catch (error) {
        throw new Error(`Error resolving image name '${image}': ${(error as Error).message}`, { cause: error });
      }
    }),
  );
}

function diskBody({ guestOsFeatures, ...disk }: Json, index: number): Json {
  const features = Array.isArray(guestOsFeatures) ? { guestOsFeatures: guestOsFeatures.map((type) => ({ type })) } : {};
  const common = { type: 'PERSISTENT', mode: 'READ_WRITE', interface: 'SCSI', boot: index === 0, ...disk, ...features };
  const { source, diskSizeGb } = disk;
  if (source) return common;
  const params = (disk.initializeParams ?? {}) as Json;
  return {
    ...common,
    initializeParams: {
      diskType: 'pd-standard',
      ...params,
      ...bareNames(params),
      ...(diskSizeGb ? { diskSizeGb } : {}),
    },
  };
}

function diskAnswer(disk: Json): Json {
  const params = disk.initializeParams as Json | undefined;
  // Google does not tell the size of a scratch disk of the usual size.
  const size = disk.diskSizeGb ?? params?.diskSizeGb ?? (disk.type === 'SCRATCH' ? 375 : undefined);
  const image = params?.sourceImage;
  return {
    ...disk,
    ...(disk.guestOsFeatures ? { guestOsFeatures: asList(disk.guestOsFeatures).map(({ type }) => type) } : {}),
    diskSizeGb: size,
    ...(image ? { initializeParams: { ...params, sourceImage: relativePath(String(image)) } } : {}),
  };
}

// A template belongs to no region: policies are named, not linked.
function bareNames({ resourcePolicies }: Json): Json {
  return Array.isArray(resourcePolicies)
    ? { resourcePolicies: resourcePolicies.map((link) => lastPart(String(link))) }
    : {};
}

function terminate(scheduling: Json): Json {
  return scheduling.preemptible === true && !scheduling.onHostMaintenance
    ? { ...scheduling, onHostMaintenance: 'TERMINATE' }
    : scheduling;
}
