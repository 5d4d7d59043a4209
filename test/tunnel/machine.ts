import { PassThrough } from 'node:stream';
import type { Duplex } from 'node:stream';

import { onTestFinished } from 'vitest';

import { createFaultPlan } from '../../src/sandbox/fault-plan.ts';
import type { FaultPlan } from '../../src/sandbox/fault-plan.ts';
import { putGuestAttribute } from '../../src/sandbox/machines/guest-attributes.ts';
import { services } from '../../src/sandbox/registry.ts';
import { startServer } from '../../src/sandbox/server.ts';
import { createStore } from '../../src/sandbox/store.ts';
import { issueToken, operator } from '../../src/sandbox/tokens.ts';
import type { RelayTarget } from '../../src/tunnel/relay.ts';

/** A machine behind the sandbox's relay whose ports are streams of the test's. */
export interface Machine {
  target: RelayTarget;
  faults: FaultPlan;
  /** Breaks the first WebSocket that is opened on a path (`/v4/connect`) after so many bytes for the client. */
  cuts(path: string, bytes: number): void;
  url: string;
  /** Asks the sandbox as its operator; throws what it refuses. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Writes a guest attribute, as the machine would. */
  writes(namespace: string, key: string, value: string): void;
  /** A token of somebody else. */
  tokenOf(principal: string): string;
  /** Notes of the client since the last look. */
  notes: string[];
}

const place = { project: 'test-project', zone: 'us-central1-a', machine: 'vm' };

// Of the ports that the rules of a default network let everybody in to.
const listened = new Set([22, 3389]);

/** Makes a machine in the default network, on whose ports `listen` answers each connection. */
export async function makeMachine(listen: () => Duplex | undefined = () => new PassThrough()): Promise<Machine> {
  const store = createStore(Date.now);
  const faults = createFaultPlan();
  const server = await startServer({ store, services, faults, latency: 1 });
  onTestFinished(() => server.close());
  server.world.ports.connect = async (_key, port) => (listened.has(port) ? listen() : undefined);
  const token = issueToken(store, operator, Date.now());
  const ask: Machine['ask'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(server.url + path, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text === '' ? undefined : JSON.parse(text);
  };
  const zone = `/compute/v1/projects/${place.project}/zones/${place.zone}`;
  const operation = (await ask('POST', `${zone}/instances`, {
    name: place.machine,
    machineType: `zones/${place.zone}/machineTypes/e2-medium`,
    disks: [{ boot: true, initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' } }],
    networkInterfaces: [{ network: 'global/networks/default' }],
  })) as { name: string };
  await ask('POST', `${zone}/operations/${operation.name}/wait`);
  const notes: string[] = [];
  return {
    url: server.url,
    faults,
    cuts(path, bytes) {
      // eslint-disable-next-line unicorn/no-thenable -- it is a word of the fault plan
      faults.add([{ match: { service: 'tunnel.cloudproxy.app', path }, then: { cutAfter: bytes }, times: 1 }]);
    },
    ask,
    notes,
    writes: (namespace, key, value) =>
      putGuestAttribute(store, `projects/${place.project}/zones/${place.zone}/instances/${place.machine}`, {
        ...{ namespace, key, value },
      }),
    tokenOf: (principal) => issueToken(store, principal, Date.now()),
    target: {
      ...place,
      base: `${server.url}/tunnel.cloudproxy.app`,
      port: 22,
      token: () => Promise.resolve(token),
      onNote: (text) => notes.push(text),
    },
  };
}
