import { describe, expect, it } from 'vitest';

import { openSession } from './session.ts';

const compute = '/compute/v1/projects/{project}';
const zone = `${compute}/zones/us-central1-a`;

describe('machine types', () => {
  it('say which GPUs come with them', async () => {
    const { call } = await openSession();

    const { body } = await call('GET', `${zone}/machineTypes/a2-highgpu-2g`);

    expect(body).toMatchObject({
      guestCpus: 24,
      memoryMb: 174_080,
      architecture: 'X86_64',
      accelerators: [{ guestAcceleratorType: 'nvidia-tesla-a100', guestAcceleratorCount: 2 }],
      zone: 'us-central1-a',
    });
  });

  it('are not in every zone', async () => {
    const { call } = await openSession();

    const { status, body } = await call('GET', `${compute}/zones/us-west2-a/machineTypes/a2-highgpu-2g`);

    expect(status).toBe(404);
    expect(body.error.message).toBe(
      "The resource 'projects/conformance-project/zones/us-west2-a/machineTypes/a2-highgpu-2g' was not found",
    );
  });

  it('are found over all zones by a filter', async () => {
    const { call } = await openSession();

    const { body } = await call(
      'GET',
      `${compute}/aggregated/machineTypes?filter=${encodeURIComponent('name = a3-megagpu-8g')}`,
    );

    expect(body.items['zones/us-central1-a'].machineTypes).toMatchObject([{ name: 'a3-megagpu-8g' }]);
    expect(body.items['zones/us-central1-f'].warning.code).toBe('NO_RESULTS_ON_PAGE');
  });

  it('are handed out page by page', async () => {
    const { call } = await openSession();
    const names: string[] = [];
    let token = '';

    do {
      const { body } = await call('GET', `${zone}/machineTypes?maxResults=7&pageToken=${token}`);
      expect(body.items.length).toBeLessThanOrEqual(7);
      names.push(...body.items.map((one: { name: string }) => one.name));
      token = body.nextPageToken ?? '';
    } while (token);

    expect(names).toContain('e2-medium');
    expect(new Set(names).size).toBe(names.length);
    expect((await call('GET', `${zone}/machineTypes`)).body.items).toHaveLength(names.length);
  });
});

describe('accelerators', () => {
  it('are those that the zone has machines for or can attach', async () => {
    const { call } = await openSession();

    const { body } = await call('GET', `${compute}/zones/us-central1-f/acceleratorTypes`);

    const names = body.items.map((one: { name: string }) => one.name);
    expect(names).toEqual(expect.arrayContaining(['nvidia-tesla-a100', 'nvidia-tesla-t4']));
    expect(names).not.toContain('nvidia-h100-80gb');
  });
});

describe('images', () => {
  it('are found by family only under family, and by name only by name', async () => {
    const { call } = await openSession();

    const family = await call('GET', '/compute/v1/projects/debian-cloud/global/images/family/debian-12');
    const familyAsName = await call('GET', '/compute/v1/projects/debian-cloud/global/images/debian-12');
    const name = await call('GET', `/compute/v1/projects/debian-cloud/global/images/${family.body.name}`);

    expect(family.body).toMatchObject({ family: 'debian-12', architecture: 'X86_64', diskSizeGb: '10' });
    expect(familyAsName.status).toBe(404);
    expect(name.body).toEqual(family.body);
  });

  it.each([
    ['pytorch-2-9-cu129-ubuntu-2404-nvidia-580', 'deeplearning-platform-release'],
    ['ubuntu-accelerator-2404-arm64-with-nvidia-580', 'ubuntu-os-accelerator-images'],
    ['ubuntu-2404-lts-amd64', 'ubuntu-os-cloud'],
  ])('have the family %s', async (family, project) => {
    const { call } = await openSession();

    const { body } = await call('GET', `/compute/v1/projects/${project}/global/images/family/${family}`);

    expect(body.family).toBe(family);
    expect(body).not.toHaveProperty('deprecated');
  });

  it('are in projects of Google, where nobody else may make anything', async () => {
    const { call } = await openSession();
    await call('GET', '/compute/v1/projects/debian-cloud/global/images/family/debian-12');

    const refused = await call('POST', '/compute/v1/projects/debian-cloud/global/networks', { name: 'net' });
    const projects = await call('GET', '/cloudresourcemanager.googleapis.com/v1/projects');

    expect(refused.status).toBe(403);
    expect(JSON.stringify(projects.body)).not.toContain('debian-cloud');
  });

  it('show a family that was retired, but do not offer it', async () => {
    const { call } = await openSession();
    const images = '/compute/v1/projects/deeplearning-platform-release/global/images';

    const family = await call('GET', `${images}/family/pytorch-1-12-gpu-debian-10`);
    const listed = await call('GET', `${images}?filter=${encodeURIComponent('family = pytorch-1-12-gpu-debian-10')}`);

    expect(family.status).toBe(404);
    expect(listed.body.items).toMatchObject([{ deprecated: { state: 'OBSOLETE' } }]);
  });
});

describe('zones and regions', () => {
  it('name each other with full links', async () => {
    const { call } = await openSession();

    const a = (await call('GET', zone)).body;
    const region = (await call('GET', `${compute}/regions/us-central1`)).body;

    expect(a).toMatchObject({ status: 'UP', region: region.selfLink });
    expect(region.zones).toContain(a.selfLink);
  });

  it('answer 404 for a zone that is not there, and 400 for what is asked of it', async () => {
    const { call } = await openSession();

    const itself = await call('GET', `${compute}/zones/mars-north1-a`);
    const inside = await call('GET', `${compute}/zones/mars-north1-a/instances`);

    expect(itself.status).toBe(404);
    expect(inside.status).toBe(400);
    expect(inside.body.error.message).toBe("Invalid value for field 'zone': 'mars-north1-a'. Unknown zone.");
  });
});

describe('network profiles', () => {
  it('make RDMA networks that take no firewall rules', async () => {
    const { call, operation } = await openSession();
    const global = `${compute}/global`;

    await operation('POST', `${global}/networks`, {
      name: 'rdma',
      autoCreateSubnetworks: false,
      networkProfile: 'global/networkProfiles/us-central1-b-vpc-roce',
    });
    const { body } = await call('GET', `${global}/networks/rdma`);
    const rule = await call('POST', `${global}/firewalls`, {
      name: 'fw',
      network: 'global/networks/rdma',
      allowed: [{ IPProtocol: 'tcp' }],
    });

    expect(body).toMatchObject({
      mtu: 8896,
      networkProfile: expect.stringMatching(
        /\/projects\/conformance-project\/global\/networkProfiles\/us-central1-b-vpc-roce$/,
      ),
    });
    expect(rule.status).toBe(400);
  });

  it('are only where there are machines with such interfaces', async () => {
    const { call } = await openSession();

    const { status } = await call('POST', `${compute}/global/networks`, {
      name: 'rdma',
      autoCreateSubnetworks: false,
      networkProfile: 'global/networkProfiles/us-central1-f-vpc-roce',
    });

    expect(status).toBe(404);
  });

  it('of bare metal are for IPv6 and, like the others, for RDMA over Converged Ethernet', async () => {
    const { call } = await openSession();

    const { body } = await call('GET', `${compute}/global/networkProfiles/us-central1-b-vpc-roce-metal`);

    expect(body.features).toMatchObject({
      interfaceTypes: ['MRDMA'],
      allowedSubnetStackTypes: ['SUBNET_STACK_TYPE_IPV6_ONLY'],
    });
  });

  it('bring the one subnetwork of bare metal along, and take it away again', async () => {
    const { call, operation } = await openSession();

    await operation('POST', `${compute}/global/networks`, {
      name: 'metal',
      autoCreateSubnetworks: false,
      networkProfile: 'global/networkProfiles/us-central1-b-vpc-roce-metal',
    });
    const made = await call('GET', `${compute}/regions/us-central1/subnetworks/default-subnet-1-metal`);
    await operation('DELETE', `${compute}/global/networks/metal`);
    const gone = await call('GET', `${compute}/regions/us-central1/subnetworks/default-subnet-1-metal`);

    expect([made.status, gone.status]).toEqual([200, 404]);
  });
});
