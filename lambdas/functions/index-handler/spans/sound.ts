import type { ContentObjects } from '../../../content/objects.ts';
import { DomainError } from '../../../domain/errors.ts';
import type { WorkContext } from '../../../jobs/job-run.ts';
import { readingBudget } from '../../../media/decoding/reading-budget.ts';
import { openRecording } from '../../../media/recording/open-recording.ts';
import { resample } from '../../../media/resample.ts';
import { writeWav } from '../../../media/wav/write-wav.ts';
import type { Media, Span } from './spans.ts';

/** Samples a second: the rate of speech models. */
const sampleRate = 16_000;
const concurrency = 4;

/**
 * Opens a recording to index its sound.
 * @param endsAt when the invocation's time is nearly up
 * @throws DomainError `unsupported-media` when it cannot be decoded
 */
export async function openSound(
  objects: ContentObjects,
  { objectKey, bytes, contentType }: WorkContext['content'],
  endsAt: Date,
): Promise<Media> {
  const recording = await openRecording(objects, objectKey, bytes, contentType, readingBudget(bytes, endsAt));
  if (!recording.decodable) {
    const detail = `The sound is coded as ${recording.codec.toUpperCase()}, which cannot be indexed. Index its transcript instead, with POST /audio/transcribe, or upload it as WAV, MP3, FLAC or Opus.`;
    throw new DomainError('unsupported-media', detail);
  }
  return {
    seconds: recording.seconds,
    concurrency,
    async take(_context, spans) {
      const from = spans[0]?.start ?? 0;
      const sounds = resample(recording.samples(from), recording.sampleRate, sampleRate);
      const files = await cut(sounds, spans);
      return (span, use) =>
        use({ audio: files.get(span.place) ?? writeWav(new Float32Array(0), sampleRate) });
    },
  };
}

/** Each span as a WAV file, by its number. Reads no further than the last span. */
async function cut(
  pieces: AsyncIterable<Float32Array>,
  spans: readonly Span[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  const files = new Map<number, Uint8Array>();
  const queue = spans.values();
  let span = queue.next().value;
  if (!span) return files;
  let samples = new Float32Array(lengthOf(span));
  let filled = 0;
  const close = () => {
    if (span) files.set(span.place, writeWav(samples.subarray(0, filled), sampleRate));
    span = queue.next().value;
    samples = new Float32Array(span ? lengthOf(span) : 0);
    filled = 0;
  };
  for await (let piece of pieces) {
    while (span && piece.length > 0) {
      const fitting = piece.subarray(0, samples.length - filled);
      samples.set(fitting, filled);
      filled += fitting.length;
      piece = piece.subarray(fitting.length);
      if (filled === samples.length) close();
    }
    if (!span) return files;
  }
  close();
  return files;
}

const lengthOf = ({ start, end }: Span) => Math.round((end - start) * sampleRate);
