import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { poll } from '../../../src/core/poll.ts';
import type { Faults } from '../../../src/sandbox/faults.ts';
import { noFaults } from '../../../src/sandbox/faults.ts';
import type { Instance } from '../../../src/sandbox/machines/instance.ts';
import { machineFolder } from '../../../src/sandbox/machines/machine-folder.ts';
import { startMachines } from '../../../src/sandbox/machines/machines.ts';
import type { Machines, MachinesOptions } from '../../../src/sandbox/machines/machines.ts';
import { services } from '../../../src/sandbox/registry.ts';
import { startServer } from '../../../src/sandbox/server.ts';
import type { Store, World } from '../../../src/sandbox/service.ts';
import { defaultServiceAccount, projectOf } from '../../../src/sandbox/services/projects.ts';
import { createStore } from '../../../src/sandbox/store.ts';
import { issueToken, operator } from '../../../src/sandbox/tokens.ts';
import { startupScript } from '../../../stacks/guest/startup-script.generated.ts';
import type { Copy } from './copy.ts';
import { sha256 } from './copy.ts';

const project = 'test-project';
const zone = 'us-central1-a';
export const bucket = 'test-project-bucket';

/** What a duty reports, as the guest contract has it. */
export interface Report {
  state: string;
  code: number;
  seconds: number;
  detail: string;
  tail: string;
  manifest?: string;
}

/** A sandbox whose instances the tests make by hand. */
export interface Cloud extends AsyncDisposable {
  world: World;
  machines: Machines;
  dir: string;
  /** Puts bytes into the test's bucket. */
  upload(name: string, bytes: Buffer | string): Promise<void>;
  /** Uploads a copy and answers the metadata that name it. */
  offer(copy: Copy, destination: string): Promise<Record<string, string>>;
  /** Makes a RUNNING instance, or changes the metadata of the one there is. */
  put(name: string, metadata: Record<string, string>, fields?: Partial<Instance>): Instance;
  delete(name: string): Promise<void>;
  /** Makes machines through the API, as members of a managed group, and answers their names. */
  group(size: number, metadata: Record<string, string>): Promise<string[]>;
  /** A guest attribute, parsed. */
  attribute(name: string, key: string): (Report & { duty: string; boot: string }) | undefined;
  /** The status and the duties once the machine says that it is ready or failed. */
  reported(name: string): Promise<{ status: string; duty: string; boot: string }>;
  /** The same once the machine has booted another time. */
  rebooted(name: string): Promise<{ status: string; duty: string; boot: string }>;
  serial(name: string): string;
  /** Waits for a text on the serial console, which is written down a moment after it was said. */
  said(name: string, text: string): Promise<void>;
  /** The machine's own files. */
  root(name: string): string;
  /** Ends all machines and the listener, and starts both again over the same store and folder. */
  reopen(): Promise<Cloud>;
}

/** Starts a sandbox with machines in a folder of its own. */
export async function startCloud(
  options: Partial<MachinesOptions> & { faults?: Partial<Faults>; store?: Store; dir?: string } = {},
): Promise<Cloud> {
  const store = options.store ?? createStore(Date.now);
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'cluster machines-')));
  const server = await startServer({ store, services, faults: { ...noFaults, ...options.faults } });
  const { world } = server;
  const machines = await startMachines(world, {
    mode: 'on',
    hidden: [],
    path: process.env['PATH'] ?? '',
    ...options,
    dir,
  });
  const account = defaultServiceAccount(projectOf(store, project, Date.now()));
  const token = issueToken(store, operator, Date.now());
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  await fetch(`${server.url}/storage/v1/b?project=${project}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: bucket, location: 'US-CENTRAL1' }),
  });
  const keyOf = (name: string): string => `projects/${project}/zones/${zone}/instances/${name}`;
  const instanceOf = (name: string): Instance => {
    const found = store.get<Instance>('instances', keyOf(name));
    if (!found) throw new Error(`there is no instance ${name}`);
    return found;
  };

  const boots = new Map<string, string>();

  async function waitFor(test: () => boolean, name: string): Promise<void> {
    const came = await poll(async () => test() || undefined, { every: 20, timeout: 50_000 });
    if (!came) throw new Error(`waited for ${name} in vain; its console:\n${cloud.serial(name)}`);
  }
  async function stop(): Promise<void> {
    await machines.close();
    await server.close();
  }
  const cloud: Cloud = {
    world,
    machines,
    dir,
    async upload(name, bytes) {
      const answer = await fetch(
        `${server.url}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`,
        {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/octet-stream' },
          body: new Uint8Array(Buffer.from(bytes)),
        },
      );
      if (!answer.ok) throw new Error(await answer.text());
    },
    async offer({ manifest, objects }, destination) {
      for (const [name, bytes] of objects) await cloud.upload(name, bytes);
      const name = `files/manifests/${sha256(manifest)}.tsv`;
      await cloud.upload(name, manifest);
      return {
        'cp-files-bucket': bucket,
        'cp-files-manifest': name,
        'cp-files-sha256': sha256(manifest),
        'cp-files-destination': destination,
      };
    },
    put(name, metadata, fields = {}) {
      const instance: Instance = {
        id: store.get<Instance>('instances', keyOf(name))?.id ?? store.nextId(),
        name,
        status: 'RUNNING',
        zone: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}`,
        machineType: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/machineTypes/e2-small`,
        serviceAccounts: [{ email: account, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
        networkInterfaces: [{ networkIP: '10.0.0.2', network: `projects/${project}/global/networks/default` }],
        ...fields,
        metadata: { items: items(metadata) },
      };
      store.put('instances', keyOf(name), instance);
      return instance;
    },
    async delete(name) {
      store.delete('instances', keyOf(name));
      await machines.settled();
    },
    attribute(name, key) {
      const found = store.get<{ value: string }>('guestAttributes', `${keyOf(name)}/cluster-provision/${key}`);
      return found && (JSON.parse(found.value) as Report & { duty: string; boot: string });
    },
    async reported(name) {
      await waitFor(() => ['ready', 'failed'].includes(cloud.attribute(name, 'status')?.state ?? ''), name);
      const { state: status, duty, boot } = cloud.attribute(name, 'status') ?? { state: '', duty: '', boot: '' };
      boots.set(name, boot);
      return { status, duty, boot };
    },
    async rebooted(name) {
      await waitFor(() => cloud.attribute(name, 'status')?.boot !== boots.get(name), name);
      return await cloud.reported(name);
    },
    async group(size, metadata) {
      const post = async (path: string, body: object): Promise<void> => {
        const answer = await fetch(`${server.url}/compute/v1/projects/${project}/${path}`, {
          method: 'POST',
          headers,
          body: JSON.stringify(body),
        });
        if (!answer.ok) throw new Error(await answer.text());
        const { selfLink } = (await answer.json()) as { selfLink: string };
        await fetch(`${server.url}${new URL(selfLink).pathname}/wait`, { method: 'POST', headers });
      };
      await post('global/instanceTemplates', {
        name: 'template',
        properties: {
          machineType: 'e2-small',
          disks: [
            {
              boot: true,
              autoDelete: true,
              initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' },
            },
          ],
          networkInterfaces: [{ network: 'global/networks/default' }],
          serviceAccounts: [{ email: account, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
          metadata: { items: items(metadata) },
        },
      });
      await post(`zones/${zone}/instanceGroupManagers`, {
        name: 'group',
        baseInstanceName: 'group-vm',
        targetSize: size,
        versions: [{ instanceTemplate: `projects/${project}/global/instanceTemplates/template` }],
      });
      const members = (): Instance[] => store.list<Instance>('instances', keyOf('group-vm-'));
      await waitFor(() => members().filter(({ status }) => status === 'RUNNING').length === size, 'group');
      return members().map(({ name }) => name);
    },
    serial: (name) => store.get<{ contents: string }>('serialPorts', keyOf(name))?.contents ?? '',
    said: (name, text) => waitFor(() => cloud.serial(name).includes(text), `${name} to say ${text}`),
    root: (name) => join(machineFolder(dir, instanceOf(name)), 'root'),
    async reopen() {
      await stop();
      return await startCloud({ ...options, store, dir });
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return cloud;
}

function items(metadata: Record<string, string>): { key: string; value: string }[] {
  const all = { 'startup-script': startupScript, 'enable-guest-attributes': 'TRUE', ...metadata };
  return Object.entries(all).map(([key, value]) => ({ key, value }));
}
