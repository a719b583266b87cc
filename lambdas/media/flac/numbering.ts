import type { FlacHeader } from '../signatures/flac-header.ts';
import type { StreamInfo } from './stream-info.ts';

/** How the frames of a stream are numbered where their headers do not say it: by samples, or by frames of one size. */
type Unit = { readonly by: 'samples' } | { readonly by: 'frames'; readonly samples: number };

export type Numbering = Unit & {
  /** Number of the first sample: a recording of a broadcast does not begin with 0. */
  readonly from: number;
};

/**
 * The numbering of a stream. Frames of various sizes have the numbers of their first samples; encoders from before 2007 leave the bit that
 * says so unset (RFC 9639 §9.1). Two frames in a row show it; where there is one only, the stream information does.
 */
export function unitOf(
  info: StreamInfo | undefined,
  first: FlacHeader,
  second: FlacHeader | undefined,
): Unit {
  if (second) {
    const step = second.number - first.number;
    return step === first.samples && step !== 1
      ? { by: 'samples' }
      : { by: 'frames', samples: first.samples };
  }
  const isFixed = !info || info.leastBlock === info.mostBlock || info.mostBlock === 0;
  return isFixed ? { by: 'frames', samples: info?.mostBlock || first.samples } : { by: 'samples' };
}

/** Number in the recording of a frame's first sample. */
export function firstSample(header: FlacHeader, numbering: Numbering): number {
  const isNumbered = header.isVariable || numbering.by === 'samples';
  return (isNumbered ? header.number : header.number * numbering.samples) - numbering.from;
}
