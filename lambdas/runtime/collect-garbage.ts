import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (how: object) => void;

/** Bytes of a file that leave next to nothing behind. */
const small = 1024 ** 2;

/**
 * Lets go of memory that nobody uses, now, and gives it back to the machine. Audio and its copies lie in buffers outside V8's
 * heap, which V8 looks for only when the heap has grown, and pages of the heap that are free it keeps: on a function of
 * 256 MB both are later than Lambda kills it. Takes some hundred milliseconds when it does.
 * @param bytes of the file that is worked on; for a small one nothing is done
 */
export function collectGarbage(bytes: number): void {
  if (bytes < small) return;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/**
 * Lets go of buffers that nobody uses, now, in one pass over the heap; its free pages it keeps. For work that makes the same
 * buffers again and again: a fraction of what {@link collectGarbage} takes.
 * @param bytes of the buffers; for small ones nothing is done
 */
export function collectBuffers(bytes: number): void {
  if (bytes < small) return;
  collect({ type: 'major', execution: 'sync', flavor: 'regular' });
}
