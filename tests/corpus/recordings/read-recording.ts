import { readFile } from 'node:fs/promises';
import { limits } from '@nova/shared/limits';
import { mediaTypeOfName, mediaTypes } from '@nova/shared/media-types';
import { DomainError } from '../../../lambdas/domain/errors.ts';
import { readingBudget } from '../../../lambdas/media/decoding/reading-budget.ts';
import type { Recording } from '../../../lambdas/media/decoding/recording.ts';
import { checkLength } from '../../../lambdas/media/decoding/unreadable.ts';
import { openRecording } from '../../../lambdas/media/recording/open-recording.ts';
import { resample } from '../../../lambdas/media/resample.ts';
import { videoFacts } from '../../../lambdas/media/video/video-facts.ts';
import { speechSampleRate } from '../../../lambdas/models/speech.ts';
import { collected } from '../../../lambdas/testing/audio.ts';
import { type Likeness, likeness } from '../../../lambdas/testing/likeness.ts';
import { memoryObjects } from '../../../lambdas/testing/memory-objects.ts';
import { decodedByFfmpeg } from './ffmpeg.ts';

/** Why the product does not take a file. */
export interface Refusal {
  readonly refusal: string;
}

/** The pictures of a video, as an analysis takes them. */
export interface Pictures {
  readonly seconds: number;
}

/** A sound, as a transcription takes it. */
export interface Sound {
  readonly codec: string;
  readonly seconds: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Amazon Transcribe decodes the others. */
  readonly decoded?: Decoded;
}

export interface Decoded {
  /** Seconds that were decoded, of the first {@link comparedSeconds}. */
  readonly seconds: number;
  /** Largest difference between a sample of the whole and the same one when the file is read from there; Infinity where a length differs. */
  readonly partDifference: number;
  /** The least of its channels' likeness to what ffmpeg decodes, and the seconds that ffmpeg decoded; undefined without it. */
  readonly compared?: (Likeness & { readonly seconds: number }) | undefined;
}

/** What the product makes of a file. */
export interface Read {
  readonly sound: Sound | Refusal;
  /** Of a video only. */
  readonly pictures?: Pictures | Refusal;
}

/** Seconds of a file that are compared. */
export const comparedSeconds = 600;
/** Where parts begin, as shares of the whole; and seconds of each. */
const partsAt = [0.003, 0.05, 0.31, 0.7, 0.93];
const partSeconds = 5;

const kindOf = (path: string) => {
  const type = mediaTypeOfName(path);
  return type && mediaTypes[type];
};

/** Whether uploads of this name can be read as recordings or videos. */
export const isRecording = (path: string): boolean => ['audio', 'video'].includes(kindOf(path) ?? '');

/**
 * Reads a recording or a video as the functions do, and decodes it.
 * @throws any error that is no refusal: a fault of the product
 */
export async function readAsProduct(path: string): Promise<Read> {
  const file = await readFile(path);
  const objects = memoryObjects();
  objects.write('file', file);
  const bytes = file.length;
  const sound = await refused(async () => {
    if (bytes > limits.uploadBytes) return { refusal: 'The file is too large.' };
    const type = mediaTypeOfName(path) ?? '';
    const recording = await openRecording(objects, 'file', bytes, type, readingBudget(bytes));
    checkLength(recording.seconds, 'transcribed');
    const { codec, seconds, sampleRate, channels } = recording;
    return {
      ...{ codec, seconds, sampleRate, channels },
      ...(recording.decodable && { decoded: await decodedOf(path, recording) }),
    };
  });
  if (kindOf(path) !== 'video') return { sound };
  const pictures = await refused(async () => {
    const { seconds } = await videoFacts(objects, { key: 'file', bytes }, readingBudget(bytes));
    return { seconds };
  });
  return { sound, pictures };
}

async function refused<T>(read: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { refusal: error.message };
  }
}

async function decodedOf(path: string, recording: Recording): Promise<Decoded> {
  const { sampleRate, channels } = recording;
  const whole = await collected(first(recording.samples(0), comparedSeconds * sampleRate));
  return {
    seconds: whole.length / sampleRate,
    partDifference: await partDifference(recording, whole),
    compared: await compared(path, recording, channels),
  };
}

/** Reads parts of the file, which must be what the same stretches of the whole are. */
async function partDifference(recording: Recording, whole: Float32Array): Promise<number> {
  const { sampleRate } = recording;
  let most = 0;
  for (const share of partsAt) {
    const from = Math.round(share * whole.length);
    const expected = whole.subarray(from, from + partSeconds * sampleRate);
    const part = await collected(first(recording.samples(from / sampleRate), expected.length));
    if (part.length !== expected.length) return Number.POSITIVE_INFINITY;
    for (const [at, sample] of part.entries()) most = Math.max(most, Math.abs(sample - (expected[at] ?? 0)));
  }
  return most;
}

async function compared(path: string, recording: Recording, channels: number): Promise<Decoded['compared']> {
  const rate = speechSampleRate;
  const others = await decodedByFfmpeg(path, { channels, rate, seconds: comparedSeconds });
  if (!others) return undefined;
  const all: Likeness[] = [];
  for (let channel = 0; channel < channels; channel += 1) {
    const native = first(recording.samples(0, channel), comparedSeconds * recording.sampleRate);
    const own = await collected(resample(native, recording.sampleRate, rate));
    // Programs order more than two channels in their own ways: each is like one of the other's.
    const candidates = channels > 2 ? others : others.slice(channel, channel + 1);
    const found = candidates.map((other) => likeness(own, other, rate));
    const [best] = found.sort((a, b) => b.correlation - a.correlation);
    if (best) all.push(best);
  }
  const [worst] = all.sort((a, b) => a.correlation - b.correlation);
  return worst && { ...worst, seconds: (others[0]?.length ?? 0) / rate };
}

/** The first samples of a sound. */
async function* first(pieces: AsyncIterable<Float32Array>, count: number): AsyncGenerator<Float32Array> {
  let left = Math.round(count);
  for await (const piece of pieces) {
    if (left <= 0) return;
    yield piece.subarray(0, left);
    left -= piece.length;
  }
}
