import { defineConfig } from 'vitest/config';

const shared = {
  resolve: { conditions: ['causeway-source'] },
  ssr: { resolve: { conditions: ['causeway-source'] } },
};
const setupFiles = ['reflect-metadata'];

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['apps/**/*.spec.ts', 'libs/**/*.spec.ts'],
          setupFiles,
          maxWorkers: 2,
        },
      },
      {
        ...shared,
        test: {
          name: 'medium',
          include: ['test/medium/**/*.spec.ts'],
          setupFiles,
          // Loading NestJS for each file anew would take longer than most of the tests.
          isolate: false,
          maxWorkers: 2,
          globalSetup: ['test/support/postgres.global.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.spec.ts'],
          setupFiles,
          globalSetup: ['test/support/postgres.global.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
      {
        ...shared,
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.spec.ts'],
          setupFiles,
          globalSetup: ['test/support/postgres.global.ts'],
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
