import { describe, expect, it } from 'vitest';

import { openDesk, small, smallIn } from '../_support/program.ts';

const destroy = ['destroy', '--project-id', 'demo-project', '--name-prefix', 'demo', '--region', 'us-central1'];

describe('a zone that is out of stock', () => {
  const full = '- stockout: {zone: us-central1-a, machineType: a2-highgpu-2g, zonesAvailable: [us-central1-f]}';

  it('is left for the next of the list, and nothing stays in it', async () => {
    using desk = openDesk();
    const faults = desk.file('faults.yaml', full);

    const ended = await desk.run(['create', ...smallIn('us-central1-a', 'us-central1-f'), '--sandbox-faults', faults]);

    expect(ended.code, ended.text).toBe(0);
    expect(ended.output('cluster')).toMatchObject({ zone: 'us-central1-f' });
    const list = await desk.run(['list', '--project-id', 'demo-project']);
    expect(list.output('deployments')['deployments']).toMatchObject([{ machines: 1, zones: 'us-central1-f' }]);
  });

  it('is the end when there is no other, and what was begun is taken away again', async () => {
    using desk = openDesk();
    const faults = desk.file('faults.yaml', full);

    const ended = await desk.run(['create', ...small, '--sandbox-faults', faults]);

    expect(ended.faults, ended.text).toEqual(['ZONE_STOCKED_OUT']);
    expect(ended.code).toBe(21);
    const list = await desk.run(['list', '--project-id', 'demo-project']);
    expect(list.output('deployments')['deployments']).toEqual([]);
  });
});

describe('machines that are not usable', () => {
  it('are told with their duty and its words, and kept to be looked at', async () => {
    using desk = openDesk();
    const faults = desk.file('faults.yaml', '- machine: {name: "demo-vm", gpus: 1}');

    const ended = await desk.run(['create', ...small, '--sandbox-faults', faults]);

    expect(ended.faults, ended.text).toEqual(['MACHINES_UNUSABLE']);
    expect(ended.code).toBe(33);
    expect(ended.text).toContain('drivers');
  });

  it('are taken away with ON_FAILURE=destroy', async () => {
    using desk = openDesk();
    const faults = desk.file('faults.yaml', '- machine: {name: "demo-vm", gpus: 1}');

    const ended = await desk.run(['create', ...small, '--on-failure', 'destroy', '--sandbox-faults', faults]);
    const list = await desk.run(['list', '--project-id', 'demo-project']);

    expect(ended.code).toBe(33);
    expect(ended.said).toMatchObject({ exists: 'nothing', done: 'what was begun was taken away again' });
    expect(list.output('deployments')['deployments']).toEqual([]);
  });
});

describe('a firewall rule that somebody else adds while the network is being deleted', () => {
  it('is removed when it is of a known automatism', async () => {
    using desk = openDesk();
    await desk.run(['create', ...small]);
    const faults = desk.file(
      'faults.yaml',
      '- foreignFirewall: {network: demo, name: aet-uscentral1-allow}\n  times: 1',
    );

    const ended = await desk.run([...destroy, '--sandbox-faults', faults]);

    expect(ended.code, ended.text).toBe(0);
  });

  it('is named and left when it is unknown, and taken when the user says so', async () => {
    using desk = openDesk();
    await desk.run(['create', ...small]);
    const faults = desk.file(
      'faults.yaml',
      '- foreignFirewall: {network: demo, name: somebody-elses-rule}\n  times: 1',
    );

    const refused = await desk.run([...destroy, '--sandbox-faults', faults]);
    expect(refused.faults, refused.text).toEqual(['RESOURCES_REMAIN']);
    expect(refused.code).toBe(31);
    expect(refused.text).toContain('somebody-elses-rule');

    const taken = await desk.run([...destroy, '--delete-foreign-firewalls']);
    expect(taken.code, taken.text).toBe(0);
  });
});

describe('a lock that a dead run left', () => {
  it('is told with its holder, and taken off by unlock', async () => {
    using desk = openDesk();
    await desk.run(['create', ...small]);
    const running = desk.start(['create', ...small, '--instance-count', '2']);
    await running.until(({ text, event }) => event === 'step.start' && text.startsWith('create in'));
    running.child.kill('SIGKILL');
    await running.ended;

    const unlocked = await desk.run(['unlock', ...small]);
    const again = await desk.run(['create', ...small, '--instance-count', '2']);

    expect(unlocked.code, unlocked.text).toBe(0);
    expect(again.code, again.text).toBe(0);
  });
});
