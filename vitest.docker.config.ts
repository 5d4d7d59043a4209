import { defineConfig } from 'vitest/config';

// The tests of the image: they need an engine, or root to start one (test/docker/_support/engine.ts).
export default defineConfig({
  test: {
    include: ['test/docker/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    reporters: ['default', './test/_support/closing-line.ts'],
    globalSetup: ['./test/docker/_support/set-up.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
});
