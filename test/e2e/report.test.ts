import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { openDesk, small } from '../_support/program.ts';

it('says what a cluster costs, writes its page without secrets, and takes that away with the cluster', async () => {
  using desk = openDesk();
  const page = join(desk.path, 'work/demo-project/demo/report.html');
  const wish = [
    ...['--vm-type', 'a2-highgpu-1g', '--instance-count', '2', '--disk-type', 'pd-ssd', '--disk-size-gb', '100'],
    ...['--max-run-duration', '10h', '--metadata', '{ api_key = "hunter2hunter2" }'],
  ];
  // 2 × 3.673385, 200 GB × 0.17 / 730, 2 × 0.0014, 0.005, by the catalogue that the sandbox serves.
  const costs = { perHour: 7.4012, limit: { most: expect.closeTo(74.01, 1) }, unknown: [] };

  const created = await desk.run(['create', ...small, ...wish]);
  expect(created.output('cluster'), created.text).toMatchObject({ costs, page, wayIn: 'IAP', wayOut: 'Cloud NAT' });
  expect(created.output('cluster')['networks']).toMatchObject([
    { name: 'demo-net', mtu: 8896, subnetworks: [{ name: 'demo-sub', range: '10.0.0.0/16', interfaces: [0] }] },
  ]);
  const html = readFileSync(page, 'utf8');
  expect(html).toContain('demo is ready in us-central1-a');
  expect(html + created.text).not.toContain('hunter2');

  const elsewhere = join(desk.path, 'page/of/demo.html');
  const status = await desk.run(['status', ...small, '--markdown', '--report-path', elsewhere]);
  expect(status.code, status.text).toBe(0);
  expect(status.text).toContain('## demo in us-central1-a: 2 of 2 machines ready');
  expect(status.text).toMatch(/\| \*\*spent\*\* \| about \\\$\d/);
  expect(existsSync(elsewhere)).toBe(true);

  const destroyed = await desk.run(['destroy', ...small]);
  expect(destroyed.code, destroyed.text).toBe(0);
  expect([existsSync(page), existsSync(elsewhere)]).toEqual([false, true]);
});
