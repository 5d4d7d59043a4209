import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/docker/**', 'test/bench/**', 'node_modules/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/_support/closing-line.ts'],
    globalSetup: ['./test/_support/terraform-on-path.ts'],
    pool: 'forks',
  },
});
