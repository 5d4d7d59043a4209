import { publicPart } from '../../service.ts';
import { method } from './call.ts';
import type { Call } from './call.ts';
import type { Part } from './collection.ts';
import { zoneHasMachineType } from './offers.ts';
import { nameOf, selfLink } from './path.ts';
import { listReply } from './pages.ts';
import { notFound } from './refusals.ts';
import { zoneNames } from './zones.ts';

// One profile per zone with machines that have RDMA interfaces: https://cloud.google.com/vpc/docs/rdma-network-profiles
const rdmaMachineTypes = ['a3-ultragpu-8g', 'a4-highgpu-8g', 'a4x-highgpu-4g', 'a4x-maxgpu-4g-metal'];
const suffix = '-vpc-roce';
const zonesWithRdma = zoneNames.filter((zone) => rdmaMachineTypes.some((type) => zoneHasMachineType(zone, type)));

/** https://cloud.google.com/compute/docs/reference/rest/v1/networkProfiles */
export const networkProfiles: Part = {
  routes: {
    'GET /compute/v1/projects/{project}/global/networkProfiles': method('compute.networkProfiles.list', (call) =>
      listReply(
        call.request,
        'compute#networkProfile',
        `${call.parent}/networkProfiles`,
        zonesWithRdma.map((zone) => profile(call, zone)),
      ),
    ),
    'GET /compute/v1/projects/{project}/global/networkProfiles/{name}': method(
      'compute.networkProfiles.get',
      (call) => {
        const name = call.request.params['name'] ?? '';
        if (!networkProfileExists(name)) throw notFound(`${call.parent}/networkProfiles/${name}`);
        return publicPart(profile(call, name.slice(0, -suffix.length)));
      },
    ),
  },
};

/** Tells whether there is a network profile of that name or link. */
export function networkProfileExists(link: string): boolean {
  const name = nameOf(link);
  return name.endsWith(suffix) && zonesWithRdma.includes(name.slice(0, -suffix.length));
}

function profile({ parent, project }: Call, zone: string): object {
  const name = `${zone}${suffix}`;
  return {
    kind: 'compute#networkProfile',
    id: String(zoneNames.indexOf(zone) + 1),
    name,
    description: `Network profile for RDMA over Converged Ethernet in ${zone}`,
    zone: selfLink(`projects/${project.projectId}/zones/${zone}`),
    location: { name: zone, scope: 'ZONAL' },
    features: {
      interfaceTypes: ['MRDMA'],
      purposes: ['PRIVATE'],
      subnetPurposes: ['SUBNET_PURPOSE_PRIVATE'],
      addressPurposes: ['GCE_ENDPOINT'],
      allowedSubnetStackTypes: ['SUBNET_STACK_TYPE_IPV4_ONLY'],
      allowMultiNicInSameNetwork: 'MULTI_NIC_IN_SAME_NETWORK_ALLOWED',
      allowExternalIpAccess: 'EXTERNAL_IP_ACCESS_BLOCKED',
      allowCloudNat: 'CLOUD_NAT_BLOCKED',
      allowCloudRouter: 'CLOUD_ROUTER_BLOCKED',
      multicast: 'MULTICAST_BLOCKED',
    },
    selfLink: selfLink(`${parent}/networkProfiles/${name}`),
  };
}
