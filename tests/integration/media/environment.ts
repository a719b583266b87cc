import { vi } from 'vitest';

/**
 * The environment of a Lambda function, for code that reads it while it loads; logs are left out of the test's output.
 */
Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_TRACE_ENABLED: 'false',
});

// A full collection in the test's own process takes far longer than in a function's. The memory of functions is tested in
// their own processes: see `largest/`.
vi.mock('../../../lambdas/runtime/collect-garbage.ts', () => ({
  collectGarbage: () => {},
  collectBuffers: () => {},
}));
