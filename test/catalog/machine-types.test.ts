import { describe, expect, it } from 'vitest';
import { machineType, machineTypeNames } from '../../src/catalog/machine-types.ts';
import type { MachineType } from '../../src/catalog/machine-types.ts';
import { networkProfile, networkProfiles } from '../../src/catalog/network-profiles.ts';
import { sources } from '../../src/catalog/sources.ts';

const everyType = machineTypeNames().map(known);

describe('the catalog of machine types', () => {
  it('holds the GPU machines with these facts', () => {
    const gpuMachines = everyType.filter((machine) => machine.gpus > 0 && !machine.name.endsWith('-nolssd'));

    expect(gpuMachines.map(factsLine).join('\n')).toMatchInlineSnapshot(`
      "a2-highgpu-1g 1x nvidia-tesla-a100 12 vCPU 85 GB amd64 ssd optional 0/1/2/4/8x375 single compact 150
      a2-highgpu-2g 2x nvidia-tesla-a100 24 vCPU 170 GB amd64 ssd optional 0/2/4/8x375 single compact 150
      a2-highgpu-4g 4x nvidia-tesla-a100 48 vCPU 340 GB amd64 ssd optional 0/4/8x375 single compact 150
      a2-highgpu-8g 8x nvidia-tesla-a100 96 vCPU 680 GB amd64 ssd optional 0/8x375 single compact 150
      a2-megagpu-16g 16x nvidia-tesla-a100 96 vCPU 1360 GB amd64 ssd optional 0/8x375 single compact 150
      a2-ultragpu-1g 1x nvidia-a100-80gb 12 vCPU 170 GB amd64 ssd bundled 1x375 single compact 150
      a2-ultragpu-2g 2x nvidia-a100-80gb 24 vCPU 340 GB amd64 ssd bundled 2x375 single compact 150
      a2-ultragpu-4g 4x nvidia-a100-80gb 48 vCPU 680 GB amd64 ssd bundled 4x375 single compact 150
      a2-ultragpu-8g 8x nvidia-a100-80gb 96 vCPU 1360 GB amd64 ssd bundled 8x375 single compact 150
      a3-highgpu-1g 1x nvidia-h100-80gb 26 vCPU 234 GB amd64 ssd bundled 2x375 single compact 96
      a3-highgpu-2g 2x nvidia-h100-80gb 52 vCPU 468 GB amd64 ssd bundled 4x375 single compact 96
      a3-highgpu-4g 4x nvidia-h100-80gb 104 vCPU 936 GB amd64 ssd bundled 8x375 single compact 96
      a3-highgpu-8g 8x nvidia-h100-80gb 208 vCPU 1872 GB amd64 ssd bundled 16x375 a3-high-tcpx compact 96
      a3-edgegpu-8g 8x nvidia-h100-80gb 208 vCPU 1872 GB amd64 ssd bundled 16x375 a3-high-tcpx compact 96
      a3-megagpu-8g 8x nvidia-h100-mega-80gb 208 vCPU 1872 GB amd64 ssd bundled 16x375 a3-mega-tcpxo compact 96
      a3-ultragpu-8g 8x nvidia-h200-141gb 224 vCPU 2952 GB amd64 ssd bundled 32x375 rdma-8 compact ?
      a4-highgpu-8g 8x nvidia-b200 224 vCPU 3968 GB amd64 ssd bundled 32x375 rdma-8 compact 1500
      a4-highgpu-8g-lowmem 8x nvidia-b200 ? vCPU ? GB amd64 ssd bundled 32x375 rdma-8 compact ?
      a4x-highgpu-4g 4x nvidia-gb200 140 vCPU 884 GB arm64 ssd bundled 4x3000 rdma-4-a4x compact 18
      a4x-maxgpu-4g-metal 4x nvidia-gb300 144 vCPU 960 GB arm64 ssd bundled 4x3000 rdma-8-a4x-max-metal compact 18
      g2-standard-4 1x nvidia-l4 4 vCPU 16 GB amd64 ssd optional 0/1x375 single compact ?
      g2-standard-8 1x nvidia-l4 8 vCPU 32 GB amd64 ssd optional 0/1x375 single compact ?
      g2-standard-12 1x nvidia-l4 12 vCPU 48 GB amd64 ssd optional 0/1x375 single compact ?
      g2-standard-16 1x nvidia-l4 16 vCPU 64 GB amd64 ssd optional 0/1x375 single compact ?
      g2-standard-24 2x nvidia-l4 24 vCPU 96 GB amd64 ssd optional 0/2x375 single compact ?
      g2-standard-32 1x nvidia-l4 32 vCPU 128 GB amd64 ssd optional 0/1x375 single compact ?
      g2-standard-48 4x nvidia-l4 48 vCPU 192 GB amd64 ssd optional 0/4x375 single compact ?
      g2-standard-96 8x nvidia-l4 96 vCPU 384 GB amd64 ssd optional 0/8x375 single compact ?
      g4-standard-6 0.125x nvidia-rtx-pro-6000 6 vCPU ? GB amd64 ssd optional 0x375 single compact ?
      g4-standard-12 0.25x nvidia-rtx-pro-6000 12 vCPU ? GB amd64 ssd optional 0/1x375 single compact ?
      g4-standard-24 0.5x nvidia-rtx-pro-6000 24 vCPU ? GB amd64 ssd optional 0/2x375 single compact ?
      g4-standard-48 1x nvidia-rtx-pro-6000 48 vCPU ? GB amd64 ssd optional 0/4x375 single compact ?
      g4-standard-96 2x nvidia-rtx-pro-6000 96 vCPU ? GB amd64 ssd optional 0/8x375 single compact ?
      g4-standard-192 4x nvidia-rtx-pro-6000 192 vCPU ? GB amd64 ssd optional 0/16x375 single compact ?
      g4-standard-384 8x nvidia-rtx-pro-6000 384 vCPU ? GB amd64 ssd optional 0/32x375 single compact ?"
    `);
  });

  it('has facts that fit together in every row', () => {
    for (const machine of everyType) {
      const { name, localSsd, confidence, unconfirmed = [] } = machine;
      const facts = {
        defaultDisk: machine.bootDiskTypes.includes(machine.defaultBootDiskType),
        defaultSsds: localSsd.allowedCounts.includes(localSsd.count),
        risingSsds: localSsd.allowedCounts.join() === localSsd.allowedCounts.toSorted((a, b) => a - b).join(),
        family: name.startsWith(machine.family),
        profile: networkProfiles.includes(networkProfile(machine.networkProfile)),
        accelerator: (machine.acceleratorType === null) === (machine.gpus === 0),
        sources: machine.sources.length > 0 && machine.sources.every((source) => source in sources),
        doubts: confidence !== 'low' || unconfirmed.length > 0,
      };

      expect([name, Object.entries(facts).filter(([, holds]) => !holds)]).toEqual([name, []]);
    }
  });

  it('agrees with the number of GPUs or vCPUs that the name tells', () => {
    const byGpus = everyType.flatMap((machine) => pairs(machine.name, /-(\d+)g(?:-|$)/, machine.gpus));
    const byVcpus = everyType.flatMap((machine) =>
      pairs(machine.name, /^(?:n1|n2|e2|c3|g2|g4)-[a-z]+-(\d+)$/, machine.vcpus),
    );

    expect(byGpus.length + byVcpus.length).toBe(everyType.length);
    for (const [name, told, fact] of [...byGpus, ...byVcpus]) expect([name, fact]).toEqual([name, told]);
  });

  it('gives the -nolssd variants the shape of their base without local SSD', () => {
    const variants = everyType.filter((machine) => machine.name.endsWith('-nolssd'));

    expect(variants).toHaveLength(12);
    for (const variant of variants) {
      const base = known(variant.name.replace('-nolssd', ''));
      expect(variant).toMatchObject({ gpus: base.gpus, vcpus: base.vcpus, networkProfile: base.networkProfile });
      expect(variant.localSsd).toMatchObject({ mode: 'optional', count: 0, allowedCounts: [0] });
    }
  });

  it.each([
    ['n1-standard-96', 96, 360],
    ['n1-highmem-2', 2, 13],
    ['n1-highcpu-64', 64, 57.6],
    ['e2-standard-4', 4, 16],
    ['n2-highmem-8', 8, 64],
    ['c3-highcpu-22', 22, 44],
  ])('makes %s by the rule of its series', (name, vcpus, memoryGb) => {
    expect(known(name)).toMatchObject({ vcpus, memoryGb, gpus: 0, acceleratorType: null, networkProfile: 'single' });
  });

  it.each(['', 'a2-highgpu-3g', 'A2-HIGHGPU-1G', 'n1-standard-3', '__proto__', 'constructor'])(
    'knows no %j',
    (name) => {
      expect(machineType(name)).toBeUndefined();
    },
  );
});

describe('the network profiles', () => {
  it.each([
    ['single', 1, ['GVNIC']],
    ['a3-high-tcpx', 5, ['GVNIC']],
    ['a3-mega-tcpxo', 9, ['GVNIC']],
    ['rdma-8', 3, ['GVNIC', 'MRDMA']],
    ['rdma-4-a4x', 3, ['GVNIC', 'MRDMA']],
    ['rdma-8-a4x-max-metal', 3, ['IDPF', 'MRDMA']],
  ])('%s wants %i networks with %j', (name, vpcs, types) => {
    const { nics } = networkProfile(name);

    expect([...new Set(nics.map((nic) => nic.type))]).toEqual(types);
    expect([...new Set(nics.map((nic) => nic.vpc))]).toEqual(Array.from({ length: vpcs }, (_, index) => index));
    expect(nics.map((nic) => nic.index)).toEqual(nics.map((_, index) => index));
  });

  it('have an RDMA profile exactly where there are RDMA interfaces', () => {
    for (const profile of networkProfiles) {
      const rdma = profile.nics.some((nic) => nic.type === 'MRDMA');
      expect([profile.name, profile.rdmaProfile !== undefined, profile.gpudirect === 'RDMA']).toEqual([
        profile.name,
        rdma,
        rdma,
      ]);
    }
  });

  it('are all known by name, and nothing else is', () => {
    expect(() => networkProfile('quantum')).toThrow('no network profile quantum');
  });
});

function known(name: string): MachineType {
  const machine = machineType(name);
  if (!machine) throw new Error(`${name} is not in the catalog`);
  return machine;
}

function factsLine(machine: MachineType): string {
  const { name, gpus, acceleratorType, vcpus, memoryGb, arch, localSsd, networkProfile: profile } = machine;
  const ssd = `${localSsd.mode} ${localSsd.allowedCounts.join('/')}x${localSsd.sizeGib}`;
  const placement = machine.nvlinkDomain?.maxVms ?? machine.compactPlacementMaxVms ?? '?';
  return `${name} ${gpus}x ${acceleratorType} ${vcpus ?? '?'} vCPU ${memoryGb ?? '?'} GB ${arch} ssd ${ssd} ${profile} compact ${placement}`;
}

function pairs(name: string, pattern: RegExp, fact: number | null): [string, number, number | null][] {
  const told = pattern.exec(name)?.[1];
  return told === undefined ? [] : [[name, Number(told), fact]];
}
