import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/sarif-multitool/**'],
    // Generous: a limit is there for what never ends, and a loaded machine is no fault.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // A loaded machine takes longer than the usual second.
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    // Much of the time of the end-to-end tests is waiting for servers and leases.
    maxWorkers: 2,
  },
});
