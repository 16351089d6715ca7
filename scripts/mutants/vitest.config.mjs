import { defineConfig } from 'vitest/config';

const conditions = ['causeway-source'];

/** The protocol's tests alone, from source: nothing of them needs PostgreSQL or NATS. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  cacheDir: '.vite',
  test: {
    include: ['test/medium/protocol-traps/**/*.spec.ts'],
    // These read the checkout's own texts, which a mutant changes.
    exclude: ['**/protocol-document.spec.ts', '**/mutants.spec.ts'],
    setupFiles: ['reflect-metadata'],
    // One file after another in one process: loading the gateway takes longer than most of them.
    isolate: false,
    maxWorkers: 1,
    hookTimeout: 60_000,
  },
});
