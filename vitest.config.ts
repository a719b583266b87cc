import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '**/dist/**', 'cdktf.out/**'];

/** One project a kind of test: `vitest run --project unit`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,lambdas,local,modules,cli,deploy,review,cost}/**/*.unit.spec.ts'],
          exclude: ignored,
          testTimeout: 20_000,
          // Functions log what tests make go wrong on purpose.
          env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
        },
      },
      {
        test: {
          name: 'workflows',
          include: ['tests/workflows/*.spec.ts'],
          // It imports JSON as only bundlers let it.
          server: { deps: { inline: ['@actions/workflow-parser'] } },
        },
      },
      {
        test: {
          name: 'infra',
          include: ['tests/infra/**/*.spec.ts', 'tests/architecture/**/*.spec.ts'],
          exclude: ignored,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{local,lambdas,tests}/**/*.int.spec.ts'],
          exclude: ignored,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Each file starts processes of its own; two cores carry no more than two at once.
          maxWorkers: 2,
        },
      },
    ],
  },
});
