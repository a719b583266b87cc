import type { StreamTarget, StreamTargetChunk } from 'mediabunny';
import type { ObjectWriter } from '../../content/object-writer.ts';

/** Bytes that are collected at once; by itself the library collects sixteen times as many. */
const chunkSize = 1024 * 1024;

/**
 * An object that a file is written into, piece by piece.
 * @param Target of the library, which is loaded for such work only
 */
export function objectTarget(writer: ObjectWriter, Target: typeof StreamTarget): StreamTarget {
  const sink = new WritableStream<StreamTargetChunk>({
    write: ({ data, position }) => writer.write(data, position),
  });
  return new Target(sink, { chunked: true, chunkSize });
}
