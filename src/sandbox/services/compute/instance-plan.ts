import { ApiError } from '../../service.ts';
import { defaultServiceAccount } from '../projects.ts';
import type { Site } from './call.ts';
import { planDisks } from './disk-plan.ts';
import { fingerprint } from './fingerprint.ts';
import { needsOf } from './instance-needs.ts';
import type { InstanceProperties } from './instance-properties.ts';
import { planInterfaces } from './interface-plan.ts';
import { machineSpecIn } from './machine-specs.ts';
import type { MachineSpec } from './machine-specs.ts';
import { checkMetadata, metadata } from './metadata.ts';
import type { MetadataItem } from './metadata.ts';
import { zoneHasAttachable } from './offers.ts';
import { linkOf, nameOf, pathOfLink, regionOf, selfLink } from './path.ts';
import { prune } from './prune.ts';
import type { Needs } from './quota-usage.ts';
import { invalidValue, notFound } from './refusals.ts';
import { labelled } from './labels.ts';
import type { Resource } from './resource.ts';
import { completeScheduling } from './scheduling.ts';
import { timestamp } from './time.ts';

/** Machines that are all alike, ready to be made one after the other. */
export interface InstancePlan {
  machineType: string;
  accelerators: readonly { type: string; count: number }[];
  reservationAffinity: InstanceProperties['reservationAffinity'];
  /** Full URLs. */
  resourcePolicies: readonly string[];
  /** What one of them takes from the quotas, its disks included. */
  needs: Needs;
  make(name: string): { instance: Resource; disks: Resource[] };
}

/**
 * Checks everything that machines of a zone are asked for with, once for all of them.
 * Throws what Google answers: 400 for what does not fit together, 404 for what is not there.
 */
export function planInstances(
  site: Site,
  zone: string,
  properties: InstanceProperties,
  extraMetadata: readonly MetadataItem[] = [],
): InstancePlan {
  const { projectId } = site.project;
  const parent = `projects/${projectId}/zones/${zone}`;
  const spec = specOf(zone, properties.machineType);
  const accelerators = acceleratorsOf(parent, zone, spec, properties);
  const scheduling = completeScheduling(properties.scheduling, accelerators.length > 0);
  checkMaintenance(accelerators.length > 0, scheduling);
  const disks = planDisks(site, zone, spec, properties.disks ?? []);
  const interfaces = properties.networkInterfaces ?? [{}];
  const makeInterfaces = planInterfaces(site, zone, interfaces);
  const items = [...(properties.metadata?.items ?? []), ...extraMetadata];
  checkMetadata(items, 'resource.metadata');
  const needs = needsOf(spec, properties, {
    accelerators,
    localSsdGb: disks.localSsdGb,
    externalAddresses: interfaces.filter((one) => (one.accessConfigs?.length ?? 0) > 0).length,
  });
  const policies = {
    project: projectId,
    scope: `regions/${regionOf(`zones/${zone}`)}`,
    collection: 'resourcePolicies',
  };
  const resourcePolicies = policiesOf(site, policies, properties.resourcePolicies ?? []);
  const alike = prune({
    ...properties,
    disks: undefined,
    networkInterfaces: undefined,
    params: undefined,
    machineType: selfLink(`${parent}/machineTypes/${spec.name}`),
    zone: selfLink(parent),
    cpuPlatform: spec.architecture === 'ARM64' ? 'NVIDIA Grace' : 'Intel Cascade Lake',
    status: 'PROVISIONING',
    scheduling,
    metadata: metadata(items),
    tags: { items: properties.tags?.items, fingerprint: fingerprint(properties.tags?.items ?? []) },
    ...labelled(properties.labels),
    serviceAccounts: serviceAccountsOf(site, properties),
    guestAccelerators: accelerators.map(({ type, count }) => ({
      acceleratorType: selfLink(`${parent}/acceleratorTypes/${type}`),
      acceleratorCount: count,
    })),
    resourcePolicies,
    shieldedInstanceConfig: {
      enableSecureBoot: false,
      enableVtpm: true,
      enableIntegrityMonitoring: true,
      ...(properties['shieldedInstanceConfig'] as object | undefined),
    },
    shieldedInstanceIntegrityPolicy: { updateAutoLearnPolicy: true },
    startRestricted: false,
    deletionProtection: properties['deletionProtection'] === true,
    canIpForward: properties['canIpForward'] === true,
  });
  return {
    machineType: spec.name,
    accelerators,
    reservationAffinity: properties.reservationAffinity,
    resourcePolicies,
    needs: { ...needs, ...disks.needs },
    make(name) {
      const path = `${parent}/instances/${name}`;
      const { attached, made } = disks.make(name, selfLink(path));
      const instance: Resource = {
        kind: 'compute#instance',
        id: site.store.nextId(),
        creationTimestamp: timestamp(site.now),
        ...alike,
        name,
        disks: attached,
        networkInterfaces: makeInterfaces(),
        fingerprint: fingerprint(path),
        selfLink: selfLink(path),
        _needs: needs,
      };
      return { instance, disks: made };
    },
  };
}

function specOf(zone: string, machineType: string): MachineSpec {
  const name = nameOf(machineType);
  const spec = machineSpecIn(zone, name);
  if (spec) return spec;
  throw invalidValue(
    'resource.machineType',
    machineType,
    `Machine type with name '${name}' does not exist in zone '${zone}'.`,
  );
}

function acceleratorsOf(
  parent: string,
  zone: string,
  spec: MachineSpec,
  properties: InstanceProperties,
): { type: string; count: number }[] {
  const asked = (properties.guestAccelerators ?? []).map((one) => ({
    type: nameOf(one.acceleratorType),
    count: one.acceleratorCount,
  }));
  if (spec.accelerator) {
    const wrong = asked.find(({ type, count }) => type !== spec.accelerator?.type || count !== spec.accelerator.count);
    if (!wrong) return [spec.accelerator];
    throw new ApiError(
      400,
      'invalid',
      `[${spec.name}, ${wrong.type}:${wrong.count}] features are not compatible for creating instance.`,
    );
  }
  for (const { type } of asked) {
    if (!zoneHasAttachable(zone, type)) throw notFound(`${parent}/acceleratorTypes/${type}`);
    if (!spec.name.startsWith('n1-')) {
      throw new ApiError(400, 'invalid', `[${spec.name}, ${type}] features are not compatible for creating instance.`);
    }
  }
  return asked;
}

function checkMaintenance(hasGpu: boolean, scheduling: { onHostMaintenance?: string }): void {
  if (hasGpu && scheduling.onHostMaintenance === 'MIGRATE') {
    throw new ApiError(400, 'badRequest', 'Instances with guest accelerators do not support live migration.');
  }
}

function serviceAccountsOf(site: Site, { serviceAccounts = [] }: InstanceProperties): object[] {
  return serviceAccounts.map((account) => {
    const email = account.email === 'default' ? defaultServiceAccount(site.project) : account.email;
    const path = `projects/${site.project.projectId}/serviceAccounts/${email}`;
    const isOwn = email.includes(`@${site.project.projectId}.`) || email.startsWith(`${site.project.projectNumber}-`);
    if (isOwn && !site.store.get('serviceAccounts', path)) {
      throw new ApiError(400, 'invalid', `The resource '${path}' was not found`);
    }
    return { ...account, email };
  });
}

function policiesOf(
  site: Site,
  place: { project: string; scope: string; collection: string },
  policies: readonly string[],
): string[] {
  return policies.map((policy) => {
    const link = linkOf(policy, place);
    const path = pathOfLink(link);
    if (!site.store.get('resourcePolicies', path)) throw notFound(path);
    return link;
  });
}
