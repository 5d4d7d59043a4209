import { machineType } from '../../src/catalog/machine-types.ts';
import { estimateCosts } from '../../src/costs/estimate.ts';
import type { Materials } from '../../src/costs/materials.ts';
import { openPriceBook } from '../../src/costs/price-book.ts';
import type { ClusterDescription, DescribedMachine } from '../../src/report/description.ts';

const at = Date.parse('2026-11-22T17:05:00Z');
const uuid = '6f1d2c3b-4a59-4687-9182-a3b4c5d6e7f8';

type Duty = DescribedMachine['duties'][string];

function duty(state: Duty['state'], seconds: number, more: Partial<Duty> = {}): Duty {
  return { state, seconds, code: 0, detail: '', tail: '', manifest: '', ...more };
}

function machine(prefix: string, place: number, type: string, more: Partial<DescribedMachine> = {}): DescribedMachine {
  const { networkProfile = 'single' } = machineType(type) ?? {};
  return {
    name: `${prefix}-vm-${String(place).padStart(4, '0')}`,
    zone: 'us-central1-a',
    status: 'RUNNING',
    type,
    state: 'ready',
    duty: '',
    duties: { files: duty('done', 3, { detail: '42 files, 1.2 GB' }) },
    internal: `10.0.0.${place + 1}`,
    external: '',
    interfaces: networkProfile === 'single' ? [] : [],
    ...more,
  };
}

function materials(more: Partial<Materials>): Materials {
  return {
    region: 'us-central1',
    machines: [],
    disks: [],
    shares: [],
    addresses: { count: 0 },
    natMachines: { count: 0 },
    ...more,
  };
}

function described(more: Partial<ClusterDescription> & { prefix: string }): ClusterDescription {
  const { prefix, ...rest } = more;
  const flags = `--project-id my-project --name-prefix ${prefix} --zone us-central1-a`;
  return {
    of: 'create',
    headline: `${prefix} is ready in us-central1-a`,
    deployment: { prefix, uuid, project: 'my-project', zone: 'us-central1-a', region: 'us-central1' },
    at,
    machines: [],
    wanted: 0,
    networks: [],
    wayIn: 'IAP',
    wayOut: 'Cloud NAT',
    shares: [],
    mounts: [],
    facts: [],
    remarks: [],
    commands: { status: `cluster-provision status ${flags}`, destroy: `cluster-provision destroy ${flags}` },
    links: [{ label: 'instances', url: 'https://console.cloud.google.com/compute/instances?project=my-project' }],
    costs: estimateCosts(materials({}), openPriceBook('us-central1')),
    ...rest,
  };
}

/** One cheap machine in the project's own network. */
export const small = described({
  prefix: 'demo',
  machines: [machine('demo', 0, 'e2-standard-4', { internal: '10.128.0.5', external: '34.1.2.3' })],
  wanted: 1,
  wayIn: 'external addresses',
  wayOut: 'external addresses',
  networks: [
    {
      name: 'default',
      mtu: 1460,
      rdma: false,
      subnetworks: [{ name: 'default', range: '10.128.0.0/20', interfaces: [0] }],
    },
  ],
  commands: {
    ...described({ prefix: 'demo' }).commands,
    enter: 'gcloud compute ssh demo-vm-0000 --project my-project --zone us-central1-a',
  },
  costs: estimateCosts(
    materials({
      machines: [{ type: 'e2-standard-4', model: 'standard', count: 1, localSsdGb: 0 }],
      disks: [{ type: 'pd-balanced', sizeGb: 50, count: 1 }],
      addresses: { count: 1 },
    }),
    openPriceBook('us-central1'),
  ),
});

/** Four machines of eight GPUs, with nine interfaces each. */
export const manyInterfaces = described({
  prefix: 'train',
  machines: Array.from({ length: 4 }, (_, place) => machine('train', place, 'a3-megagpu-8g')),
  wanted: 4,
  networks: Array.from({ length: 9 }, (_, index) => ({
    name: index === 0 ? 'train-net' : `train-net-${index}`,
    mtu: 8244,
    rdma: false,
    subnetworks: [
      { name: index === 0 ? 'train-sub' : `train-sub-${index}`, range: `10.${index}.0.0/16`, interfaces: [index] },
    ],
  })),
  commands: {
    ...described({ prefix: 'train' }).commands,
    enter: 'gcloud compute ssh train-vm-0000 --project my-project --zone us-central1-a --tunnel-through-iap',
  },
  until: at + 36 * 3600 * 1000,
  costs: estimateCosts(
    materials({
      machines: [{ type: 'a3-megagpu-8g', model: 'standard', count: 4, localSsdGb: 0 }],
      disks: [{ type: 'pd-ssd', sizeGb: 2000, count: 4 }],
      natMachines: { count: 4 },
    }),
    openPriceBook('us-central1'),
    36 * 3600,
  ),
});

/** A status of a cluster with everything on, and a few things gone wrong. */
export const everything = described({
  prefix: 'vision',
  of: 'status',
  headline: 'vision in us-central1-a: 2 of 24 machines ready',
  machines: [
    machine('vision', 0, 'a3-ultragpu-8g'),
    machine('vision', 1, 'a3-ultragpu-8g', {
      state: 'failed',
      duties: {
        files: duty('done', 4, { detail: '42 files, 1.2 GB' }),
        'startup-command': duty('failed', 61, { code: 3, detail: 'python3 train.py', tail: 'Traceback' }),
      },
    }),
    machine('vision', 2, 'a3-ultragpu-8g', { status: 'TERMINATED', state: 'silent', duties: {}, internal: '' }),
    ...Array.from({ length: 21 }, (_, place) =>
      machine('vision', place + 3, 'a3-ultragpu-8g', { state: 'running', duties: { drivers: duty('running', 12) } }),
    ),
  ],
  wanted: 24,
  networks: [
    {
      name: 'vision-net',
      mtu: 8896,
      rdma: false,
      subnetworks: [{ name: 'vision-sub', range: '10.0.0.0/16', interfaces: [0] }],
    },
    {
      name: 'vision-net-1',
      mtu: 8896,
      rdma: false,
      subnetworks: [{ name: 'vision-sub-1', range: '10.1.0.0/16', interfaces: [1] }],
    },
    {
      name: 'vision-net-2-a',
      mtu: 8896,
      rdma: true,
      subnetworks: Array.from({ length: 8 }, (_, place) => ({
        name: `vision-sub-${place + 2}-a`,
        range: `10.2.${place * 32}.0/19`,
        interfaces: [place + 2],
      })),
    },
  ],
  shares: [
    { source: '10.240.0.2:/share', path: '/nfs', tier: 'BASIC_SSD', sizeGb: 2560 },
    { source: '10.9.8.7:/homes', path: '/home/shared' },
  ],
  mounts: [
    { bucket: 'my-data', path: '/data' },
    { bucket: 'my-models', path: '/models' },
  ],
  files: { count: 42, bytes: 1_234_567_890, at: '/usr/cp' },
  facts: [
    { label: 'state', text: 'gs://my-bucket/vision-deployment/terraform/state' },
    { label: 'identity', text: 'vision-sa@my-project.iam.gserviceaccount.com' },
  ],
  remarks: [
    'taken back by Google or stopped: vision-vm-0002; create makes new ones',
    'changed behind Terraform: google_compute_firewall.ssh (changed)',
  ],
  commands: {
    ...described({ prefix: 'vision' }).commands,
    enter: 'gcloud compute ssh vision-vm-0000 --project my-project --zone us-central1-a --tunnel-through-iap',
  },
  links: [
    {
      label: 'instance group',
      url: 'https://console.cloud.google.com/compute/instanceGroups/details/us-central1-a/vision-mig?project=my-project',
    },
    { label: 'Jupyter on vision-vm-0000', url: 'https://1a2b-dot-us-central1.notebooks.googleusercontent.com' },
  ],
  until: at + 5 * 3600 * 1000,
  costs: estimateCosts(
    materials({
      machines: [{ type: 'a3-ultragpu-8g', model: 'spot', count: 23, hours: 46, localSsdGb: 0 }],
      disks: [{ type: 'hyperdisk-balanced', sizeGb: 500, count: 24, hours: 48 }],
      shares: [{ tier: 'BASIC_SSD', sizeGb: 2560, count: 1, hours: 2 }],
      natMachines: { count: 23, hours: 46 },
    }),
    openPriceBook('us-central1'),
    5 * 3600,
  ),
});
