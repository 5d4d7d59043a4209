import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/docker/**', 'test/bench/**', 'node_modules/**'],
    testTimeout: 120_000,
    // Real processes on a machine that others use as well: what fails twice is broken.
    retry: 1,
    hookTimeout: 120_000,
    reporters: ['default', './test/_support/closing-line.ts'],
    globalSetup: ['./test/_support/terraform-on-path.ts'],
    pool: 'forks',
    // Most tests wait for other processes: one worker more than cores took 6 minutes where one fewer took 14.
    maxWorkers: availableParallelism() + 1,
  },
});
