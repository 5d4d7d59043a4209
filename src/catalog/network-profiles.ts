import type { Provenance } from './sources.ts';

/** One network interface of a machine. `vpc` counts the networks of the deployment from 0, as `index` counts the NICs. */
export interface Nic {
  index: number;
  type: 'GVNIC' | 'MRDMA' | 'IDPF';
  vpc: number;
  role: 'primary' | 'secondary' | 'gpu';
}

/** The networks and interfaces that a machine type wants for its full bandwidth. */
export interface NetworkProfile extends Provenance {
  name: string;
  nics: readonly Nic[];
  gpudirect: null | 'TCPX' | 'TCPXO' | 'RDMA';
  /** Bytes; null = Google's default. `gpu` is for the networks between GPUs. */
  mtu: { primary: number | null; gpu: number | null };
  /** The RDMA network carries Google's network profile `<zone>-<rdmaProfile>`, which exists zone by zone. */
  rdmaProfile?: 'vpc-roce' | 'vpc-roce-metal';
  /** The interfaces of the RDMA network: a subnetwork each, or all on the one that Google makes with the network. */
  rdmaSubnets?: 'one-per-nic' | 'auto-created';
  /** The networks of IDPF interfaces are dual stack with unique local IPv6 addresses; RDMA is then IPv6 only. */
  ipv6?: true;
}

/** The profiles, by name. */
export const networkProfiles: readonly NetworkProfile[] = [
  {
    name: 'single',
    nics: [primary('GVNIC')],
    gpudirect: null,
    mtu: { primary: null, gpu: null },
    sources: ['CT', 'ORIG'],
    confidence: 'high',
  },
  {
    name: 'a3-high-tcpx',
    nics: [primary('GVNIC'), ...oneVpcEach(1, 4)],
    gpudirect: 'TCPX',
    mtu: { primary: 8244, gpu: 8244 },
    sources: ['CT-gpudirect', 'CT-vm', 'ORIG', 'DS', 'SKY'],
    confidence: 'high',
    note: 'ORIG gave the primary network 8896',
  },
  {
    name: 'a3-mega-tcpxo',
    nics: [primary('GVNIC'), ...oneVpcEach(1, 8)],
    gpudirect: 'TCPXO',
    mtu: { primary: 8244, gpu: 8244 },
    sources: ['CT-gpudirect', 'CT-vm', 'ORIG', 'DS'],
    confidence: 'high',
    note: 'ORIG gave the primary network 8896',
  },
  {
    name: 'rdma-8',
    nics: [primary('GVNIC'), secondary('GVNIC'), ...oneRdmaVpc(8)],
    gpudirect: 'RDMA',
    mtu: { primary: 8896, gpu: 8896 },
    rdmaProfile: 'vpc-roce',
    rdmaSubnets: 'one-per-nic',
    sources: ['CT-vm', 'CT-gke', 'DS'],
    confidence: 'high',
  },
  {
    name: 'rdma-4-a4x',
    nics: [primary('GVNIC'), secondary('GVNIC'), ...oneRdmaVpc(4)],
    gpudirect: 'RDMA',
    mtu: { primary: 8896, gpu: 8896 },
    rdmaProfile: 'vpc-roce',
    rdmaSubnets: 'one-per-nic',
    sources: ['CT-vm', 'NV-AICR'],
    confidence: 'high',
  },
  {
    name: 'rdma-8-a4x-max-metal',
    nics: [primary('IDPF'), secondary('IDPF'), ...oneRdmaVpc(8)],
    gpudirect: 'RDMA',
    mtu: { primary: 4096, gpu: null },
    rdmaProfile: 'vpc-roce-metal',
    rdmaSubnets: 'auto-created',
    ipv6: true,
    sources: ['CT-vm', 'CT-gke', 'NV-AICR'],
    confidence: 'medium',
    unconfirmed: ['type of nic0 outside GKE'],
    note: 'the subnetwork that Google makes is called default-subnet-1-<network>',
  },
];

/** The profile called `name`; a name that no machine type carries is a bug of ours. */
export function networkProfile(name: string): NetworkProfile {
  const profile = networkProfiles.find((known) => known.name === name);
  if (!profile) throw new Error(`the catalog has no network profile ${name}`);
  return profile;
}

function primary(type: Nic['type']): Nic {
  return { index: 0, type, vpc: 0, role: 'primary' };
}

function secondary(type: Nic['type']): Nic {
  return { index: 1, type, vpc: 1, role: 'secondary' };
}

function oneVpcEach(from: number, to: number): Nic[] {
  return Array.from({ length: to - from + 1 }, (_, step) => from + step).map((index) => ({
    index,
    type: 'GVNIC',
    vpc: index,
    role: 'gpu',
  }));
}

function oneRdmaVpc(count: number): Nic[] {
  return Array.from({ length: count }, (_, step) => ({ index: step + 2, type: 'MRDMA', vpc: 2, role: 'gpu' }));
}
