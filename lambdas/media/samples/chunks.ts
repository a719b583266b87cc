import type { ObjectReader } from '../decoding/object-reader.ts';
import { unreadable } from '../decoding/unreadable.ts';

/** A chunk of a file: four letters, a size, and its content. */
export interface Chunk {
  readonly id: string;
  /** Bytes of the content as its header says; undefined where it says that they reach the end of the file. */
  readonly size: number | undefined;
  /** Offset of the content. */
  readonly at: number;
  /** Bytes of the file from there on. */
  readonly left: number;
}

export interface ChunkLayout {
  /** Offset of the first chunk. */
  readonly from: number;
  /** Bytes of a chunk's header: four letters, and the size in the other bytes. */
  readonly headBytes: number;
  size(head: DataView): number | undefined;
  /** Chunks begin at even offsets (EA IFF 85, RIFF). */
  readonly even: boolean;
}

/** Chunks of a file, at most. Our own: recordings have a dozen. */
const maxChunks = 1000;
/** Bytes that are read with a header: chunks before the sound are mostly short. */
const windowBytes = 16 * 1024;

/**
 * The chunks of a file, in its order. Their contents are not read.
 * @throws DomainError `unsupported-media` when there are too many
 */
export async function* chunks(object: ObjectReader, layout: ChunkLayout): AsyncGenerator<Chunk> {
  const { headBytes } = layout;
  let at = layout.from;
  let window = { at, bytes: new Uint8Array(0) };
  for (let count = 0; at + headBytes <= object.size; count += 1) {
    if (count === maxChunks) throw unreadable(`it has more than ${maxChunks} chunks. Convert it again.`);
    if (at + headBytes > window.at + window.bytes.length) {
      window = { at, bytes: Uint8Array.from(await object.range(at, at + windowBytes)) };
    }
    const head = window.bytes.subarray(at - window.at, at - window.at + headBytes);
    const size = layout.size(new DataView(head.buffer, head.byteOffset, head.byteLength));
    const content = at + headBytes;
    yield { id: latin1(head, 0, 4), size, at: content, left: object.size - content };
    if (size === undefined) return;
    at = content + size + (layout.even ? size % 2 : 0);
  }
}

/** A format chunk is some dozen bytes; more is no format chunk. */
const maxFormatBytes = 1024;

/**
 * The content of a chunk that describes the sound.
 * @throws DomainError `unsupported-media` when it is cut short, or of an impossible size
 */
export async function formatChunk(
  object: ObjectReader,
  { id, size = 0, at, left }: Chunk,
): Promise<DataView> {
  const name = JSON.stringify(id);
  if (size > left) throw unreadable(`it is cut short inside its ${name} chunk.`);
  if (size > maxFormatBytes) throw unreadable(`its ${name} chunk says that it has ${size} bytes.`);
  const bytes = await object.range(at, at + size);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes as text, each a letter. */
export const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1');

/** Four letters of a chunk's content. */
export const letters = (view: DataView, at: number): string =>
  latin1(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at, at + 4);
