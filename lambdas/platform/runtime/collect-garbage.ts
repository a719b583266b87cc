import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Lets go of memory that nobody uses, now. Audio and its copies lie in buffers outside V8's heap, which V8 looks for only
 * when the heap has grown: on a function of 256 MB that is later than Lambda kills it. Takes some ten milliseconds, so
 * for places where much was just used up.
 */
export const collectGarbage = (): void => collect();
