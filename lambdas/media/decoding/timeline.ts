/** Samples with their time: sample number `at` of the recording is the first of `samples`. */
export interface TimedSamples {
  readonly at: number;
  readonly samples: Float32Array;
}

export interface Span {
  /** Number of the first sample wanted. */
  readonly start: number;
  /** Number after the last. */
  readonly end: number;
  /** Samples by which times may be off, where a container rounds them. */
  readonly slack?: number;
}

/** Samples of each piece. */
const pieceSamples = 16_384;

/**
 * Timed samples as one continuous run: overlaps are cut and gaps filled with silence, so that every sample is at its time.
 * Only one piece is held.
 */
export async function* onTimeline(
  pieces: AsyncIterable<TimedSamples>,
  span: Span,
): AsyncGenerator<Float32Array> {
  const { start, end, slack = 0 } = span;
  let next = start;
  let piece = new Float32Array(pieceSamples);
  let filled = 0;
  for await (const { at, samples } of pieces) {
    const early = next - at;
    // The shortest packets are shorter than some containers' rounding, and one that came before is not appended.
    const isRounded = Math.abs(early) <= Math.min(slack, samples.length / 2) && next > start;
    let from = isRounded ? 0 : early;
    while (from < samples.length && next < end) {
      const room = Math.min(pieceSamples - filled, end - next);
      // A negative index means silence before the samples; the piece holds zeros there already.
      const count = Math.min(room, from < 0 ? -from : samples.length - from);
      if (from >= 0) copyClamped(piece, filled, samples, from, count);
      from += count;
      filled += count;
      next += count;
      if (filled === pieceSamples) {
        yield piece;
        piece = new Float32Array(pieceSamples);
        filled = 0;
      }
    }
    if (next >= end) break;
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

/** Copies samples and clips them at full scale: damaged bytes may decode to samples of any size. */
function copyClamped(to: Float32Array, at: number, samples: Float32Array, from: number, count: number): void {
  for (let index = 0; index < count; index += 1) {
    to[at + index] = Math.max(-1, Math.min(1, samples[from + index] ?? 0));
  }
}
