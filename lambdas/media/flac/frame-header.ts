import { parseFlacHeader } from '../signatures/flac-header.ts';
import type { StreamInfo } from './stream-info.ts';

/** The header of a frame of a stream. */
export interface FrameHeader {
  /** Number in the recording of its first sample. */
  readonly first: number;
  readonly samples: number;
  /** How the channels are stored: 0 to 7 independently, 8 to 10 as one of them and their difference. */
  readonly assignment: number;
  readonly bits: number;
  /** Bytes of the header. */
  readonly bytes: number;
}

/** @returns undefined when the bytes are not a header of this stream */
export function parseFrameHeader(bytes: Uint8Array, at: number, info: StreamInfo): FrameHeader | undefined {
  const header = parseFlacHeader(bytes, at);
  if (!header || header.channels !== info.channels || header.samples > info.mostBlock) return undefined;
  const first = header.isVariable ? header.number : header.number * info.mostBlock;
  return { ...header, first, bits: header.bits ?? info.bits };
}
