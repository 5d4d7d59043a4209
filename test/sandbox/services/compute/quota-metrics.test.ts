import { expect, it } from 'vitest';

import { machineType, machineTypeNames } from '../../../../src/catalog/machine-types.ts';
import { zoneHasMachineType } from '../../../../src/sandbox/services/compute/offers.ts';
import { cpuMetric, gpuMetric } from '../../../../src/sandbox/services/compute/quota-metrics.ts';
import { zoneNames } from '../../../../src/sandbox/services/compute/zones.ts';

it.each([
  ['nvidia-tesla-a100', 'NVIDIA_A100_GPUS'],
  ['nvidia-a100-80gb', 'NVIDIA_A100_80GB_GPUS'],
  ['nvidia-h100-80gb', 'NVIDIA_H100_GPUS'],
  ['nvidia-h100-mega-80gb', 'NVIDIA_H100_MEGA_GPUS'],
  ['nvidia-h200-141gb', 'NVIDIA_H200_GPUS'],
  ['nvidia-l4', 'NVIDIA_L4_GPUS'],
  ['nvidia-tesla-t4', 'NVIDIA_T4_GPUS'],
])('%s counts against %s', (accelerator, metric) => {
  expect(gpuMetric(accelerator)).toBe(metric);
});

it.each([
  ['a2-highgpu-2g', 'A2_CPUS'],
  ['a3-megagpu-8g', 'A3_CPUS'],
  ['n1-standard-4', 'CPUS'],
  ['e2-medium', 'CPUS'],
])('the processors of %s count against %s', (name, metric) => {
  expect(cpuMetric(name)).toBe(metric);
});

it.each(machineTypeNames().filter((name) => (machineType(name)?.gpus ?? 0) > 0))(
  '%s is in some zones and not in others',
  (name) => {
    const zones = zoneNames.filter((zone) => zoneHasMachineType(zone, name));

    expect(zones.length).toBeGreaterThan(0);
    expect(zones.length).toBeLessThan(zoneNames.length);
  },
);
