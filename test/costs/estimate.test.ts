import { describe, expect, it } from 'vitest';

import { machineType } from '../../src/catalog/machine-types.ts';
import { estimateCosts } from '../../src/costs/estimate.ts';
import type { Estimate } from '../../src/costs/estimate.ts';
import { plannedMaterials } from '../../src/costs/materials.ts';
import { openPriceBook } from '../../src/costs/price-book.ts';
import type { LivePrices } from '../../src/costs/price-book.ts';
import { readOptions } from '../../src/options/read.ts';

function estimate(args: readonly string[], live?: LivePrices): Estimate {
  const place = ['--project-id', 'demo-project', '--name-prefix', 'demo'];
  const zone = args.includes('--zone') ? [] : ['--zone', 'us-central1-a'];
  const { options } = readOptions({ env: {}, argv: ['create', ...place, ...zone, ...args] });
  const materials = plannedMaterials(options, machineType(options.vmType)!);
  return estimateCosts(materials, openPriceBook(options.region, live), options.maxRunSeconds);
}

describe('an estimate from the table', () => {
  it('adds up machines, boot disks and Cloud NAT', () => {
    const { lines, perHour, perDay, limit, unknown } = estimate([
      ...['--vm-type', 'a3-highgpu-8g', '--instance-count', '4'],
      ...['--disk-type', 'pd-ssd', '--disk-size-gb', '2000', '--max-run-duration', '36h'],
    ]);

    // 4 × 88.49; 4 × 2000 GB × 0.17 / 730; 4 × 0.0014; 0.005. The sums are of these figures, as a reader adds them up.
    expect(lines.map(({ what, count, perHour }) => [what, count, perHour])).toEqual([
      ['a3-highgpu-8g, on demand', 4, 353.96],
      ['boot disks, pd-ssd', 8000, 1.863],
      ['Cloud NAT', 4, 0.0056],
      ['address of Cloud NAT', 1, 0.005],
    ]);
    expect(perHour).toBe(355.8336);
    expect(perDay).toBe(8540.0064);
    expect(limit).toEqual({ seconds: 36 * 3600, most: 12_810.0096, staysPerHour: 0.005 });
    expect(unknown).toEqual([]);
  });

  it('prices n1 machines by their parts, with GPUs, local SSD and external addresses', () => {
    const { lines } = estimate([
      ...['--vm-type', 'n1-standard-8', '--accelerator-type', 'nvidia-tesla-t4', '--gpu-count', '2'],
      ...['--instance-count', '3', '--local-ssd-count', '2', '--public-ip', '--provisioning-model', 'spot'],
      ...['--disk-type', 'pd-balanced', '--disk-size-gb', '100'],
    ]);

    // 3 × (8 × 0.01115 + 30 × 0.001494); 6 × 0.1654; 3 × 750 GB × 0.08 / 730; 300 GB × 0.1 / 730; 3 × 0.005.
    expect(lines.map(({ what, count, perHour }) => [what, count, perHour])).toEqual([
      ['n1-standard-8, spot', 3, 0.4021],
      ['nvidia-tesla-t4, spot', 6, 0.9924],
      ['local SSD', 2250, 0.2466],
      ['boot disks, pd-balanced', 300, 0.0411],
      ['external addresses', 3, 0.015],
    ]);
  });

  it('counts 32 machines at most for Cloud NAT', () => {
    const { lines } = estimate(['--vm-type', 'e2-standard-4', '--instance-count', '100']);

    expect(lines.find(({ what }) => what === 'Cloud NAT')).toMatchObject({ count: 32, perHour: 0.0448 });
  });

  it.each([
    { args: ['--vm-type', 'a4x-highgpu-4g'], what: 'a4x-highgpu-4g, on demand' },
    { args: ['--vm-type', 'a4-highgpu-8g'], what: 'a4-highgpu-8g, on demand' },
    { args: ['--nfs-filestore-list', '/nfs:BASIC_SSD:2560'], what: 'Filestore BASIC_SSD' },
  ])('leaves $what out and says so', ({ args, what }) => {
    const { unknown, lines } = estimate(args);

    expect(unknown).toEqual([what]);
    expect(lines.map((line) => line.what)).not.toContain(what);
  });

  it('takes the price of flex-start where it is listed, else that on demand, and says so', () => {
    const listed = estimate(['--vm-type', 'a4-highgpu-8g', '--provisioning-model', 'flex-start']);
    const instead = estimate(['--vm-type', 'a3-highgpu-8g', '--provisioning-model', 'flex-start']);

    expect(listed.lines[0]).toMatchObject({ what: 'a4-highgpu-8g, flex-start', unitPrice: 64.44 });
    expect(instead.lines[0]).toMatchObject({
      what: 'a3-highgpu-8g, flex-start (its price is not listed: that on demand is taken)',
      unitPrice: 88.49,
    });
  });

  it('names the oldest source, the region of the prices, and what is not in them', () => {
    const here = estimate(['--vm-type', 'a3-megagpu-8g']);
    const there = estimate(['--vm-type', 'a3-megagpu-8g', '--zone', 'europe-west4-a']);

    expect(here.basis).toBe(
      'estimate, list prices of 2026-09-17, us-central1; discounts, network traffic and taxes are not in it',
    );
    expect(there.basis).toContain('us-central1, which may differ in europe-west4;');
  });
});

describe('an estimate from the catalogue', () => {
  const asOf = '2027-01-01';
  const a2 = {
    'vcpu A2': { onDemand: 0.04 },
    'memory A2': { onDemand: 0.005 },
    'gpu nvidia-tesla-a100': { onDemand: 3 },
  };

  it('adds a machine up from its parts, and takes the rest from the table', () => {
    const live = { region: 'europe-west4', asOf, parts: a2 };
    const { lines, basis } = estimate(['--vm-type', 'a2-highgpu-2g', '--zone', 'europe-west4-a'], live);

    // 24 × 0.04 + 170 × 0.005 + 2 × 3
    expect(lines[0]).toMatchObject({ what: 'a2-highgpu-2g, on demand', perHour: 7.81, from: 'catalogue' });
    expect(lines[1]).toMatchObject({ what: 'boot disks, pd-ssd', from: 'table' });
    expect(basis).toBe(
      "estimate, Google's list prices of 2027-01-01, europe-west4; " +
        'for boot disks, Cloud NAT, address of Cloud NAT those of 2026-10-01, us-central1, ' +
        'which may differ in europe-west4; discounts, network traffic and taxes are not in it',
    );
  });

  it('does not add up a machine of which a part has no price', () => {
    const { 'memory A2': _, ...parts } = a2;

    const { lines } = estimate(['--vm-type', 'a2-highgpu-2g'], { region: 'us-central1', asOf, parts });

    expect(lines[0]).toMatchObject({ unitPrice: 7.34677, from: 'table' });
  });
});
