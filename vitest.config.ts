import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { temporaryFolder } from './tests/integration/testing/temporary-folder.ts';
import { HeaviestFirst } from './tests/sequence.ts';
import { SkippedReporter } from './tests/skipped-reporter.ts';

const exclude = ['**/node_modules/**', '**/dist/**', 'cdktf.out/**'];

/**
 * Milliseconds until a test or a hook counts as stuck. No test asserts how fast something is (one compares two times of the same run): on a busy machine a
 * condition may come true late, and only a condition that never comes true should fail.
 */
const limits = { testTimeout: 1_200_000, hookTimeout: 1_200_000 };

/** Environment of functions that run in the test's own process. */
const functionsInTests = {
  // Tests make functions fail on purpose, and functions log their errors.
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  // The X-Ray SDK would follow each promise, which takes a seventh of the time.
  AWS_XRAY_MANUAL_MODE: 'true',
};

/** The parser's source maps name sources that its package does not contain, and Vite warns of each. */
const workflowParser = {
  name: 'workflow-parser-without-source-maps',
  load(id: string) {
    const [path = ''] = id.split('?');
    if (!path.includes('/@actions/workflow-parser/') || !path.endsWith('.js')) return undefined;
    return readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  },
};

/**
 * Folders of integration tests that run functions in the test's own process. Functions read their environment once, and each
 * folder has its own, so each is a project.
 */
const functionFolders = ['agent', 'event-store', 'media', 'projector'];

const integration = (
  name: string,
  include: string[],
  without: string[] = [],
  globalSetup: string[] = [],
) => ({
  test: {
    name,
    include,
    exclude: [...exclude, ...without],
    globalSetup,
    ...limits,
    isolate: false,
    env: { ...functionsInTests, TMPDIR: temporaryFolder() },
  },
});

/**
 * One project for each kind of test: `vitest run --project unit`. Two cores run two workers. Files of a project share a worker's
 * modules (`isolate: false`): loading CDKTF or the AWS SDK anew for each file takes as long as the tests.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: HeaviestFirst },
    // A dot for each test, then what failed, a summary, and what was skipped.
    reporters: ['dot', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []), new SkippedReporter()],
    // What passing tests print is noise beside what failing tests print.
    silent: 'passed-only',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,lambdas,local,modules,cli,deploy,review,cost}/**/*.unit.spec.ts'],
          exclude,
          ...limits,
          pool: 'threads',
          isolate: false,
          env: functionsInTests,
        },
      },
      {
        plugins: [workflowParser],
        test: {
          name: 'workflows',
          include: ['tests/workflows/*.spec.ts'],
          exclude,
          ...limits,
          // The parser imports JSON without the attribute that Node requires; Vite takes it.
          server: { deps: { inline: ['@actions/workflow-parser'] } },
        },
      },
      {
        test: {
          name: 'infra',
          include: ['tests/infra/**/*.spec.ts', 'tests/architecture/**/*.spec.ts'],
          exclude,
          ...limits,
          isolate: false,
        },
      },
      {
        test: { name: 'encoders', include: ['tests/encoders/*.spec.ts'], exclude, ...limits, isolate: false },
      },
      integration(
        'integration',
        ['{local,lambdas,tests}/**/*.int.spec.ts'],
        functionFolders.map((folder) => `tests/integration/${folder}/**`),
        ['tests/integration/testing/shared-platform.ts'],
      ),
      ...functionFolders.map((folder) =>
        integration(folder, [`tests/integration/${folder}/**/*.int.spec.ts`]),
      ),
    ],
  },
});
