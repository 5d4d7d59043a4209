import { describe, expect, it } from 'vitest';

import recorded from './fixtures/provider-requests.json' with { type: 'json' };
import { project, Replay } from './replay.ts';
import type { Recorded } from './replay.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

const types = Object.entries(recorded.types as unknown as Record<string, Record<string, Recorded[]>>);

// What must be there before the recording of a type begins.
const network = ['network', 'subnetwork'];
const before: Readonly<Record<string, readonly string[]>> = {
  google_compute_subnetwork: ['network'],
  google_compute_firewall: ['network'],
  google_compute_router: ['network'],
  google_compute_router_nat: ['network'],
  google_project_iam_member: ['account'],
  google_compute_instance_template: network,
  'google_compute_instance_template (variant: SPOT, placement, GVNIC, shielded)': network,
  google_compute_instance_group_manager: [...network, 'template'],
  'google_compute_instance_group_manager (variant: update by a new template)': [...network, 'account'],
  google_compute_resize_request: [...network, 'template', 'group'],
  google_filestore_instance: ['network'],
  google_compute_instance: [...network, 'account'],
};

const namedByClient = /^google_compute_/;

describe('what the real provider sends', () => {
  it.each(types)('%s: create, read, update, delete', async (type, steps) => {
    const session = await openSession({ project });
    for (const thing of before[type] ?? []) await prepare(session, thing, steps);
    const replay = new Replay(session);

    for (const step of ['create', 'read', 'update', 'delete']) {
      for (const request of steps[step] ?? []) await replay.play(request, `${type}, ${step}`);
    }

    expect(replay.complaints).toEqual([]);
    expect(replay.played).toBe(
      Object.values(steps)
        .flat()
        .reduce((sum, { times = 1 }) => sum + times, 0),
    );
    // Every type whose name the client chooses is read back.
    expect(replay.compared > 0).toBe(namedByClient.test(type));
  });
});

async function prepare({ operation, call }: Session, thing: string, steps: Record<string, Recorded[]>): Promise<void> {
  const compute = `/compute/v1/projects/${project}`;
  switch (thing) {
    case 'network':
      return operation('POST', `${compute}/global/networks`, { name: 'b-net', autoCreateSubnetworks: false });
    case 'subnetwork': {
      const body = { name: 'b-sub', network: 'global/networks/b-net', ipCidrRange: '10.0.0.0/16' };
      return operation('POST', `${compute}/regions/us-central1/subnetworks`, body);
    }
    case 'account': {
      const { status } = await call('POST', `/iam.googleapis.com/v1/projects/${project}/serviceAccounts`, {
        accountId: 'bench-sa',
      });
      if (status !== 200) throw new Error(`the account was refused: ${status}`);
      return;
    }
    case 'template': {
      const name = /instanceTemplates\/(b-tpl-\d+)/.exec(JSON.stringify(steps))?.[1] ?? 'b-tpl';
      return operation('POST', `${compute}/global/instanceTemplates`, { name, properties: smallMachine });
    }
    default: {
      const body = { name: 'b-mig', targetSize: 0, versions: [{ instanceTemplate: 'global/instanceTemplates/b-tpl' }] };
      return operation('POST', `${compute}/zones/us-central1-a/instanceGroupManagers`, body);
    }
  }
}

const smallMachine = {
  machineType: 'e2-medium',
  disks: [
    {
      boot: true,
      autoDelete: true,
      initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' },
    },
  ],
  networkInterfaces: [{ subnetwork: 'projects/bench-project/regions/us-central1/subnetworks/b-sub' }],
};
