import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from '@nova/shared/functions';

/** What the platform reported of a function's invocations. Megabytes. */
export interface Peak {
  readonly most: number;
  /** Its memory size, as the stack declares it. */
  readonly size: number;
  /** What ended its process: more memory than it has, or a heap that V8 gave up on. */
  readonly killed: readonly string[];
}

/** Ends of an invocation that are an end of its process. */
const ends = ['Runtime.OutOfMemory', 'Runtime.ExitError'];

interface Report {
  readonly metrics: { readonly maxMemoryUsedMB: number; readonly memorySizeMB: number };
  readonly errorType?: string;
}

/**
 * The most memory that a function has used, by the REPORT records in its log.
 * @param data folder of a running platform
 */
export function peakOf(data: string, name: FunctionName): Peak {
  const reports = readFileSync(join(data, 'logs', `${name}.log`), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"platform.report"'))
    .map((line) => (JSON.parse(line) as { record: Report }).record);
  return {
    most: Math.max(0, ...reports.map(({ metrics }) => metrics.maxMemoryUsedMB)),
    size: Math.max(0, ...reports.map(({ metrics }) => metrics.memorySizeMB)),
    killed: reports.flatMap(({ errorType = '' }) => (ends.includes(errorType) ? [errorType] : [])),
  };
}
