import { method } from './call.ts';
import type { Call } from './call.ts';
import type { Part } from './collection.ts';
import { zoneHasMachineType } from './offers.ts';
import { nameOf, regionOf, selfLink } from './path.ts';
import { listReply } from './pages.ts';
import { notFound } from './refusals.ts';
import { zoneNames } from './zones.ts';

// Profiles exist zone by zone, where machines have such interfaces: https://cloud.google.com/vpc/docs/rdma-network-profiles
const machineTypesBySuffix: Readonly<Record<string, readonly string[]>> = {
  'vpc-roce': ['a3-ultragpu-8g', 'a4-highgpu-8g', 'a4x-highgpu-4g'],
  'vpc-roce-metal': ['a4x-maxgpu-4g-metal'],
};
const profiles: ReadonlyMap<string, { zone: string; isMetal: boolean }> = new Map(
  zoneNames.flatMap((zone) =>
    Object.entries(machineTypesBySuffix)
      .filter(([, types]) => types.some((type) => zoneHasMachineType(zone, type)))
      .map(([suffix]) => [`${zone}-${suffix}`, { zone, isMetal: suffix.endsWith('-metal') }] as const),
  ),
);

/** https://cloud.google.com/compute/docs/reference/rest/v1/networkProfiles */
export const networkProfiles: Part = {
  routes: {
    'GET /compute/v1/projects/{project}/global/networkProfiles': method('compute.networkProfiles.list', (call) =>
      listReply(
        call.request,
        'compute#networkProfile',
        `${call.parent}/networkProfiles`,
        Array.from(profiles.keys(), (name) => profile(call, name)),
      ),
    ),
    'GET /compute/v1/projects/{project}/global/networkProfiles/{name}': method(
      'compute.networkProfiles.get',
      (call) => {
        const name = call.request.params['name'] ?? '';
        if (!profiles.has(name)) throw notFound(`${call.parent}/networkProfiles/${name}`);
        return profile(call, name);
      },
    ),
  },
};

/** Tells whether there is a network profile of that name or link. */
export function networkProfileExists(link: string): boolean {
  return profiles.has(nameOf(link));
}

/** The region in which Google makes the subnetwork of a network with this profile itself; most leave that to the user. */
export function regionOfOwnSubnetwork(link: string): string | undefined {
  const found = profiles.get(nameOf(link));
  return found?.isMetal ? regionOf(`zones/${found.zone}`) : undefined;
}

function profile({ parent, project }: Call, name: string): object {
  const { zone = '', isMetal = false } = profiles.get(name) ?? {};
  return {
    kind: 'compute#networkProfile',
    id: String([...profiles.keys()].indexOf(name) + 1),
    name,
    description: `Network profile for RDMA over Converged Ethernet in ${zone}`,
    zone: selfLink(`projects/${project.projectId}/zones/${zone}`),
    location: { name: zone, scope: 'ZONAL' },
    features: {
      interfaceTypes: ['MRDMA'],
      purposes: ['PRIVATE'],
      subnetPurposes: ['SUBNET_PURPOSE_PRIVATE'],
      addressPurposes: ['GCE_ENDPOINT'],
      allowedSubnetStackTypes: [isMetal ? 'SUBNET_STACK_TYPE_IPV6_ONLY' : 'SUBNET_STACK_TYPE_IPV4_ONLY'],
      allowMultiNicInSameNetwork: 'MULTI_NIC_IN_SAME_NETWORK_ALLOWED',
      allowExternalIpAccess: 'EXTERNAL_IP_ACCESS_BLOCKED',
      allowCloudNat: 'CLOUD_NAT_BLOCKED',
      allowCloudRouter: 'CLOUD_ROUTER_BLOCKED',
      multicast: 'MULTICAST_BLOCKED',
    },
    selfLink: selfLink(`${parent}/networkProfiles/${name}`),
  };
}
