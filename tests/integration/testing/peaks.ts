import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from '@nova/shared/functions';

/** The platform's report of a function's invocations. Megabytes. */
export interface Peak {
  readonly most: number;
  /** Its memory size, as the stack declares it. */
  readonly size: number;
  /** The faults that ended its process: more memory than it has, or a heap out of memory in V8. */
  readonly killed: readonly string[];
}

/** Errors of an invocation that end its process. */
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
