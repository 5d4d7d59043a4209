import type { Json } from './api.ts';
import { oneOf } from './checks.ts';
import type { Fields } from './field.ts';
import { sameName } from './link.ts';
import { fullScopes } from './service-scopes.ts';
import { isEmpty } from './value.ts';
import type { ObjectValue, Value } from './value.ts';

const sameUnlessSet = (configured: Value, known: Value): boolean => isEmpty(configured) && isEmpty(known);

/** What instances and instance templates have in common. */
export const machineFields: Fields = {
  metadata_startup_script: { rest: 'startupScript' },
  metadata_fingerprint: 'metadataFingerprint',
  tags_fingerprint: 'tagsFingerprint',
  creation_timestamp: 'creationTimestamp',
  service_account: { rest: 'serviceAccounts', list: true },
  'service_account.scopes': { canonical: fullScopes },
  network_interface: 'networkInterfaces',
  'network_interface.network': { ref: 'projects/{project}/global/networks/{}' },
  'network_interface.subnetwork': { ref: 'projects/{project}/regions/{region}/subnetworks/{}' },
  'network_interface.network_ip': 'networkIP',
  'network_interface.nic_type': {
    check: oneOf('GVNIC', 'VIRTIO_NET', 'IDPF', 'MRDMA', 'IRDMA'),
  },
  'network_interface.stack_type': { check: oneOf('IPV4_ONLY', 'IPV4_IPV6', 'IPV6_ONLY') },
  'network_interface.access_config': 'accessConfigs',
  'network_interface.access_config.nat_ip': 'natIP',
  'network_interface.ipv6_access_config': 'ipv6AccessConfigs',
  'network_interface.alias_ip_range': 'aliasIpRanges',
  guest_accelerator: 'guestAccelerators',
  'guest_accelerator.count': 'acceleratorCount',
  'guest_accelerator.type': {
    rest: 'acceleratorType',
    same: sameName,
  },
  'scheduling.automatic_restart': { default: true },
  'scheduling.preemptible': { default: false },
  'scheduling.max_run_duration.seconds': { text: true },
  'scheduling.local_ssd_recovery_timeout': { list: true },
  'scheduling.local_ssd_recovery_timeout.seconds': { text: true },
  'scheduling.on_instance_stop_action.discard_local_ssd': { default: false, rest: 'discardLocalSsd' },
  'scheduling.node_affinities': { same: sameUnlessSet },
  // Google puts it on every machine; the configuration need not say so.
  shielded_instance_config: { same: (configured) => isEmpty(configured) },
  'shielded_instance_config.enable_secure_boot': { default: false },
  'shielded_instance_config.enable_vtpm': { default: true },
  'shielded_instance_config.enable_integrity_monitoring': { default: true },
  confidential_instance_config: { computed: true },
  'reservation_affinity.type': {
    rest: 'consumeReservationType',
    check: oneOf('ANY_RESERVATION', 'SPECIFIC_RESERVATION', 'NO_RESERVATION'),
  },
  effective_labels: { rest: 'labels', sent: true },
};

/** Shapes the properties of a machine for Google: metadata and tags as items, access configurations with their kind. */
export function machineBody({ startupScript, ...body }: Json, planned: ObjectValue): Json {
  const metadata = {
    ...(body.metadata as Json | undefined),
    ...(startupScript ? { 'startup-script': startupScript } : {}),
  };
  const { specificReservation: specific, ...affinity } = (body.reservationAffinity ?? {}) as Json;
  return {
    ...body,
    metadata: { items: Object.entries(metadata).map(([key, value]) => ({ key, value })) },
    tags: { items: body.tags ?? [] },
    networkInterfaces: asList(body.networkInterfaces).map((nic) => ({
      ...omit(nic, 'subnetworkProject'),
      ...kinds(nic, 'accessConfigs', { type: 'ONE_TO_ONE_NAT' }),
      ...kinds(nic, 'ipv6AccessConfigs', { type: 'DIRECT_IPV6' }),
    })),
    ...(body.serviceAccounts
      ? { serviceAccounts: asList(body.serviceAccounts).map((account) => ({ email: 'default', ...account })) }
      : {}),
    ...(body.reservationAffinity ? { reservationAffinity: { ...affinity, ...(specific as Json | undefined) } } : {}),
    scheduling: scheduling(body.scheduling as Json | undefined, planned),
  };
}

/** The reverse: what Google answers, as the fields above read it. */
export function machineAnswer(answer: Json, known: ObjectValue): Json {
  const { metadata, tags, reservationAffinity, networkInterfaces } = answer;
  const items = Object.fromEntries(asList((metadata as Json | undefined)?.items).map(({ key, value }) => [key, value]));
  // A script given by itself is not shown among the metadata as well.
  const startupScript = isEmpty(known.metadata_startup_script) ? undefined : items['startup-script'];
  if (startupScript !== undefined) delete items['startup-script'];
  return {
    ...answer,
    metadata: items,
    startupScript,
    metadataFingerprint: (metadata as Json | undefined)?.fingerprint,
    tags: (tags as Json | undefined)?.items ?? [],
    tagsFingerprint: (tags as Json | undefined)?.fingerprint ?? '',
    networkInterfaces: asList(networkInterfaces).map((nic) => ({
      ...nic,
      subnetworkProject: projectOf(nic.subnetwork),
    })),
    ...(reservationAffinity ? { reservationAffinity: affinityAnswer(reservationAffinity as Json) } : {}),
  };
}

/** The region of a machine's subnetworks, where it has one. */
export function regionOfNics(answer: Json): string | undefined {
  const links = asList(answer.networkInterfaces).map(
    ({ subnetwork }) => /regions\/([^/]+)\//.exec(String(subnetwork))?.[1],
  );
  return links.at(-1);
}

function affinityAnswer({ key, values, ...affinity }: Json): Json {
  const specific = affinity.consumeReservationType === 'SPECIFIC_RESERVATION';
  return specific ? { ...affinity, specificReservation: { key, values } } : affinity;
}

// Google takes what is left out for its own default, which is not Terraform's.
function scheduling(body: Json | undefined, planned: ObjectValue): Json {
  if (!Array.isArray(planned.scheduling) || planned.scheduling.length === 0) return { automaticRestart: true };
  return { automaticRestart: false, preemptible: false, ...body };
}

function kinds(nic: Json, name: string, kind: Json): Json {
  return Array.isArray(nic[name]) ? { [name]: asList(nic[name]).map((config) => ({ ...kind, ...config })) } : {};
}

function projectOf(subnetwork: unknown): string | undefined {
  return /projects\/([^/]+)\//.exec(String(subnetwork))?.[1];
}

function omit(object: Json, name: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

/** A list of JSON objects, whatever is there. */
export function asList(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((item): item is Json => typeof item === 'object' && item !== null) : [];
}
