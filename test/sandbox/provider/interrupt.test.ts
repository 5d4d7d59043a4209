import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';

import type { Outcome } from '../../../src/core/run.ts';
import { oneNetwork } from './_configurations.ts';
import type { Configuration } from './_configurations.ts';
import { openPlayground } from './_playground.ts';
import type { Playground } from './_playground.ts';

const template = {
  machine: {
    name: 'b-machine',
    machine_type: 'e2-medium',
    disk: [{ source_image: 'debian-cloud/debian-12' }],
    network_interface: [{ network: 'default' }],
  },
};
const version = [{ instance_template: '${google_compute_instance_template.machine.id}' }];
const oneGroup: Configuration = {
  resource: {
    google_compute_instance_template: template,
    google_compute_instance_group_manager: {
      group: { name: 'b-group', base_instance_name: 'b-vm', target_size: 0, version },
    },
  },
};

it('an interrupt ends the wait for an operation with the words of the real provider', async () => {
  await using playground = await openPlayground();
  await playground.write(oneNetwork);
  await playground.breaks({ operation: { type: 'insert', target: 'networks/b-net', never: true } });

  const { exitCode, stdout, stderr } = await interrupted(playground, 'google_compute_network.net: Creating...');

  expect(exitCode).toBe(1);
  expect(stdout).toContain('Interrupt received');
  expect(stderr.replaceAll(/[│╷╵\s]+/g, ' ')).toContain(
    'Error waiting to create Network: Error waiting for Creating Network: error while retrieving operation: unable to finish polling, context has been cancelled',
  );
});

it('a group whose creation was interrupted is kept, and waited for by the next run', async () => {
  await using playground = await openPlayground();
  await playground.settle({ resource: { google_compute_instance_template: template } });
  await playground.write(oneGroup);
  await playground.breaks({ operation: { type: 'insert', target: 'instanceGroupManagers', latency: 1_500 } });

  await interrupted(playground, 'google_compute_instance_group_manager.group: Creating...');
  const kept = await playground.state();
  const planned = await playground.plan();

  expect(kept['google_compute_instance_group_manager.group']?.['operation']).toMatch(/^operation-/);
  expect(planned).toEqual({});
});

it('two runs at once keep out of each other’s way', async () => {
  await using playground = await openPlayground();
  const members = Object.fromEntries(
    Array.from({ length: 8 }, (_, number) => [
      `m${number}`,
      { project: 'bench-project', role: 'roles/viewer', member: `user:u${number}@example.com` },
    ]),
  );
  await playground.write({ resource: { google_project_iam_member: members } });

  const states = ['one.tfstate', 'two.tfstate'];
  const outcomes = await Promise.all(
    states.map((state) => playground.terraform(['apply', '-auto-approve', `-state=${state}`, '-parallelism=16'])),
  );
  const path = '/cloudresourcemanager.googleapis.com/v1/projects/bench-project:getIamPolicy';
  const { body } = await playground.ask('POST', path, {});

  expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const viewers = (body['bindings'] as { role: string; members: string[] }[]).find(
    ({ role }) => role === 'roles/viewer',
  );
  expect(viewers?.members.filter((member) => member.startsWith('user:u'))).toHaveLength(8);
});

/** Applies, and sends one SIGINT shortly after the line `when` has come. */
function interrupted(playground: Playground, when: string): Promise<Outcome> {
  let kill: ((signal: NodeJS.Signals) => void) | undefined;
  return playground.terraform(['apply', '-auto-approve'], {
    onStart: (child) => {
      kill = (signal) => child.kill(signal);
    },
    onLine: (line) => {
      if (line === when) void sleep(300).then(() => kill?.('SIGINT'));
    },
  });
}
