import type { Json } from '../api.ts';
import { resourceName } from '../checks.ts';
import { fieldAt, replacing } from '../field.ts';
import { resolveImage, sameImage } from '../image.ts';
import { lastPart, relativePath } from '../link.ts';
import { asList, machineAnswer, machineBody, machineFields } from '../machine-fields.ts';
import { restResource } from '../rest-resource.ts';
import type { Session } from '../session.ts';
import { blocksOf, isEmpty, textOf } from '../value.ts';
import type { ObjectValue } from '../value.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_instance */
export const computeInstance = restResource({
  type: 'google_compute_instance',
  label: 'instance',
  readLabel: 'Instance "{name}"',
  service: 'compute',
  collection: '/compute/v1/projects/{project}/zones/{zone}/instances',
  self: '/compute/v1/projects/{project}/zones/{zone}/instances/{name}',
  id: 'projects/{project}/zones/{zone}/instances/{name}',
  importIds: ['projects/{project}/zones/{zone}/instances/{name}', '{project}/{zone}/{name}', '{name}'],
  operation: 'compute',
  located: ['project', 'zone'],
  words: { waiting: '', deleting: 'Error deleting instance' },
  activities: { Creating: 'instance to create', Deleting: 'instance to delete' },
  fields: {
    ...machineFields,
    ...replacing('project', 'hostname', 'scratch_disk', 'network_performance_config', 'instance_encryption_key'),
    name: { replace: true, check: resourceName },
    zone: { replace: true, short: true, rest: null },
    machine_type: { ref: 'projects/{project}/zones/{zone}/machineTypes/{}', short: true },
    can_ip_forward: { default: false },
    deletion_protection: { default: false, always: true },
    allow_stopping_for_update: { rest: null },
    desired_status: {
      rest: null,
      check: (value) =>
        value === 'RUNNING' ? undefined : 'the embedded provider models only the desired_status RUNNING',
    },
    current_status: 'status',
    instance_id: 'id',
    enable_display: 'displayDevice.enableDisplay',
    label_fingerprint: { sent: true },
    'network_interface.nic_type': { ...fieldAt(machineFields, 'network_interface.nic_type'), replace: true },
    ...replacing('network_interface.queue_count', 'network_interface.network_attachment'),
    params: { replace: true, unread: true },
    key_revocation_action_type: { replace: true },
    scheduling: { computed: true },
    ...replacing('scheduling.termination_time', 'scheduling.provisioning_model', 'scheduling.on_instance_stop_action'),
    'scheduling.preemptible': { replace: true, default: false },
    'scheduling.max_run_duration': { replace: true },
    'scheduling.local_ssd_recovery_timeout': { replace: true, list: true },
    guest_accelerator: { replace: true, computed: true, rest: 'guestAccelerators' },
    reservation_affinity: { replace: true, computed: true },
    confidential_instance_config: { replace: true, computed: true },
    ...replacing('boot_disk.device_name'),
    'boot_disk.auto_delete': { default: true },
    'boot_disk.mode': { replace: true, default: 'READ_WRITE' },
    'boot_disk.source': { replace: true, ref: 'projects/{project}/zones/{zone}/disks/{}' },
    'boot_disk.interface': { unread: true },
    'boot_disk.force_attach': { rest: null },
    'boot_disk.disk_encryption_key_raw': { replace: true, unread: true, rest: 'diskEncryptionKey.rawKey' },
    'boot_disk.disk_encryption_key_rsa': { replace: true, unread: true, rest: 'diskEncryptionKey.rsaEncryptedKey' },
    'boot_disk.disk_encryption_key_sha256': 'diskEncryptionKey.sha256',
    'boot_disk.disk_encryption_service_account': {
      replace: true,
      unread: true,
      rest: 'diskEncryptionKey.kmsKeyServiceAccount',
    },
    'boot_disk.kms_key_self_link': { replace: true, rest: 'diskEncryptionKey.kmsKeyName' },
    'boot_disk.initialize_params': { replace: true, computed: true },
    'boot_disk.initialize_params.image': { rest: 'sourceImage', same: sameImage },
    'boot_disk.initialize_params.size': { rest: 'diskSizeGb', text: true },
    'boot_disk.initialize_params.type': {
      rest: 'diskType',
      ref: 'projects/{project}/zones/{zone}/diskTypes/{}',
      short: true,
    },
    'boot_disk.initialize_params.snapshot': { rest: 'sourceSnapshot', unread: true },
    'boot_disk.initialize_params.resource_policies': { unread: true },
    'boot_disk.initialize_params.resource_manager_tags': { unread: true },
    'boot_disk.initialize_params.source_image_encryption_key': { unread: true },
    'boot_disk.initialize_params.source_snapshot_encryption_key': { unread: true },
    'scratch_disk.size': { rest: 'diskSizeGb', default: 375, text: true },
    'attached_disk.source': { ref: 'projects/{project}/zones/{zone}/disks/{}' },
    'attached_disk.mode': { default: 'READ_WRITE' },
    'attached_disk.force_attach': { rest: null },
  },
  updates: [
    {
      when: ['metadata', 'metadata_startup_script'],
      method: 'POST',
      path: '/setMetadata',
      send: ['metadata', 'metadata_startup_script'],
      shapeBody: (body, planned, prior) => {
        const { metadata } = machineBody(body, planned);
        return { ...(metadata as Json), fingerprint: prior.metadata_fingerprint };
      },
    },
    { when: ['effective_labels'], send: ['effective_labels', 'label_fingerprint'], method: 'POST', path: '/setLabels' },
    {
      when: ['tags'],
      method: 'POST',
      path: '/setTags',
      shapeBody: (body, _, prior) => ({ items: body.tags, fingerprint: prior.tags_fingerprint }),
    },
    {
      when: ['deletion_protection'],
      method: 'POST',
      path: '/setDeletionProtection',
      query: (planned) => ({ deletionProtection: String(planned.deletion_protection) }),
      shapeBody: () => undefined,
    },
  ],
  prepare: async (planned, session) => ({ ...planned, boot_disk: await withImages(planned, session) }),
  shapeBody({ bootDisk, scratchDisk, attachedDisk, ...body }, planned) {
    const { guestOsFeatures, ...disk } = bootDisk as Json;
    const features = Array.isArray(guestOsFeatures)
      ? { guestOsFeatures: guestOsFeatures.map((type) => ({ type })) }
      : {};
    const boot = { boot: true, ...disk, ...features };
    const scratch = asList(scratchDisk).map((disk) => ({
      type: 'SCRATCH',
      autoDelete: true,
      ...disk,
      initializeParams: localSsd(planned),
    }));
    const attached = asList(attachedDisk).map((disk) => ({ type: 'PERSISTENT', ...disk }));
    return { ...machineBody(body, planned), disks: [boot, ...scratch, ...attached] };
  },
  // What the boot disk was made of is known to the disk alone.
  async lookUp(answer, { api }) {
    const boot = asList(answer.disks).find((disk) => disk.boot === true);
    if (!boot) return answer;
    const path = `/compute/v1/${relativePath(String(boot.source))}`;
    const disk = await api.call({ method: 'GET', service: 'compute', path });
    const {
      type: diskType,
      sourceImage,
      sizeGb: diskSizeGb,
      labels,
      architecture,
      provisionedIops,
      provisionedThroughput,
    } = disk;
    const initializeParams = {
      diskType,
      sourceImage,
      diskSizeGb,
      labels,
      architecture,
      provisionedIops,
      provisionedThroughput,
    };
    const guestOsFeatures = asList(boot.guestOsFeatures).map(({ type }) => type);
    return { ...answer, bootDisk: { ...boot, guestOsFeatures, initializeParams } };
  },
  shapeAnswer({ disks, ...answer }, known) {
    const others = asList(disks).filter((disk) => disk.boot !== true);
    return {
      ...machineAnswer(answer, known),
      scratchDisk: others
        .filter(({ type }) => type === 'SCRATCH')
        .map((disk) => ({ ...disk, diskSizeGb: disk.diskSizeGb ?? 375 })),
      attachedDisk: others.filter(({ type }) => type !== 'SCRATCH'),
    };
  },
});

function withImages(planned: ObjectValue, session: Session): Promise<ObjectValue[]> {
  return Promise.all(
    blocksOf(planned, 'boot_disk').map(async (boot) => {
      const params = await Promise.all(
        blocksOf(boot, 'initialize_params').map(async (each) =>
          isEmpty(each.image)
            ? each
            : { ...each, image: await resolveImage(session, textOf(planned, 'project'), textOf(each, 'image')) },
        ),
      );
      return params.length === 0 ? boot : { ...boot, initialize_params: params };
    }),
  );
}

function localSsd(planned: ObjectValue): Json {
  return { diskType: `zones/${lastPart(textOf(planned, 'zone'))}/diskTypes/local-ssd` };
}
