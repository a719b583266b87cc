import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (how: object) => void;

/** Bytes of a file that leaves little garbage. */
const small = 1024 ** 2;

/**
 * Shares of the function's memory below which nothing is collected: there is room for what comes next. Most jobs stay below.
 * Buffers are collected while they are made, so more of the memory may be in use before.
 */
const shares = { all: 0.5, buffers: 0.7 } as const;

/** Whether this process uses more than a share of the function's memory. Outside Lambda there is no such limit. */
export function uses(share: number): boolean {
  const megabytes = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? Number.POSITIVE_INFINITY);
  return process.memoryUsage.rss() > share * megabytes * 1024 ** 2;
}

/**
 * Collects garbage now, and returns the memory to the machine. Audio and its copies are in buffers outside V8's heap, which
 * V8 frees only once the heap has grown, and V8 keeps free heap pages: on a function of 256 MB Lambda kills the function
 * before either happens. A collection takes some hundred milliseconds.
 * @param bytes of the file being processed; a small file collects nothing
 */
export function collectGarbage(bytes: number): void {
  if (bytes < small || !uses(shares.all)) return;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/**
 * Frees unused buffers now, in one pass over the heap, and keeps its free pages. For work that makes the same buffers again
 * and again: it takes a fraction of the time of {@link collectGarbage}.
 * @param bytes of the buffers; for small ones nothing is done
 */
export function collectBuffers(bytes: number): void {
  if (bytes < small || !uses(shares.buffers)) return;
  collect({ type: 'major', execution: 'sync', flavor: 'regular' });
}
