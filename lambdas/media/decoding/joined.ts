import { resample } from '../resample.ts';
import type { Recording } from './recording.ts';
import { onTimeline, type TimedSamples } from './timeline.ts';

/** Seconds before a time from which a part is converted to another rate, so that the filter has all samples that it needs. */
const marginSeconds = 1;

/** Seconds by which a sound may begin late without silence before it. */
const negligible = 0.02;

/** A recording that begins some seconds after its video: silence stands before it. */
export function beginningAt(seconds: number, recording: Recording): Recording {
  if (seconds < negligible) return recording;
  const { codec, sampleRate, channels } = recording;
  async function* samples(from: number) {
    yield new Float32Array(Math.max(0, Math.round((seconds - from) * sampleRate)));
  }
  return joinRecordings([{ codec, seconds, sampleRate, channels, decodable: true, samples }, recording]);
}

/**
 * Recordings one after the other, as one. Where their rates differ, all are converted to the highest, so that nothing of the sound is lost.
 * @param parts at least one
 */
export function joinRecordings(parts: readonly Recording[]): Recording {
  const [first] = parts;
  if (!first || parts.length === 1) return first as Recording;
  const sampleRate = Math.max(...parts.map((part) => part.sampleRate));
  const channels = Math.max(...parts.map((part) => part.channels));
  let seconds = 0;
  const placed = parts.map((part) => {
    const at = seconds;
    seconds += part.seconds;
    return { part, at };
  });
  const length = Math.round(seconds * sampleRate);
  return {
    codec: first.codec,
    seconds,
    sampleRate,
    channels,
    decodable: parts.every((part) => part.decodable),
    async *samples(from, channel) {
      const start = Math.round(from * sampleRate);
      if (start >= length) return;
      const wanted = placed
        .filter(({ part, at }) => at + part.seconds > from)
        // A part without the channel is silent there: its sound is on the others.
        .filter(({ part }) => channel === undefined || channel < part.channels);
      yield* onTimeline(joined(wanted, { sampleRate, from, channel }), { start, end: length });
    },
  };
}

interface JoinedStretch {
  /** Of the whole. */
  readonly sampleRate: number;
  /** Seconds from the start of the whole. */
  readonly from: number;
  readonly channel: number | undefined;
}

async function* joined(
  parts: readonly { readonly part: Recording; readonly at: number }[],
  { sampleRate, from, channel }: JoinedStretch,
): AsyncGenerator<TimedSamples> {
  for (const { part, at } of parts) {
    // Samples of both rates fall on a whole second.
    const since = Math.max(0, Math.floor(from - at) - marginSeconds);
    let next = Math.round(at * sampleRate) + since * sampleRate;
    for await (const samples of resample(part.samples(since, channel), part.sampleRate, sampleRate)) {
      yield { at: next, samples };
      next += samples.length;
    }
  }
}
