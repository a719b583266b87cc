import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (how: object) => void;

/**
 * Lets go of memory that nobody uses, now, and gives it back to the machine. Audio and its copies lie in buffers outside
 * V8's heap, which V8 looks for only when the heap has grown, and pages of the heap that are free it keeps: on a function of
 * 256 MB both are later than Lambda kills it. Takes some tens of milliseconds, so for places where much was just used up.
 */
export const collectGarbage = (): void =>
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
