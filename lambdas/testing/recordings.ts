import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ObjectReader } from '../media/decoding/object-reader.ts';
import { openRecording } from '../media/recording/open-recording.ts';
import { unlimited } from '../runtime/work-budget.ts';
import { memoryObjects } from './memory-objects.ts';

/** Recordings for tests: one talk in every format, made by `make-recordings.ts`. */
const folder = resolve(import.meta.dirname, '../../tests/fixtures/recordings');

export const fixture = (name: string): Buffer => readFileSync(resolve(folder, name));

/** Files that do not declare their encoder's delay, which is in all of their times: LAME adds 25 ms, ffmpeg's Vorbis 16 in Matroska. */
export const undeclaredDelay: readonly string[] = [
  'vbr-without-header.mp3',
  'mp3.wav',
  'talk.mp2',
  'vorbis.webm',
  'mp3.flv',
  'mpeg1.mpg',
  'mpeg2.mpg',
];

/** A reader of bytes as an object of a bucket. */
export function readerOf(file: Uint8Array): ObjectReader {
  const objects = memoryObjects();
  objects.write('file', file);
  return new ObjectReader(objects, 'file', file.length);
}

/** Opens bytes as an object of a bucket, and counts the bytes that are read. */
export async function opened(file: Uint8Array, contentType: string, budget = unlimited) {
  const objects = memoryObjects();
  objects.write('file', file);
  const read = { bytes: 0 };
  const counting = {
    ...objects,
    range: (key: string, from: number, to: number) => {
      read.bytes += to - from;
      return objects.range(key, from, to);
    },
  };
  const recording = await openRecording(counting, 'file', file.length, contentType, budget);
  return { recording, read };
}

/** The error of a promise as `type: sentence`. */
export const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no refusal',
    (error: unknown) => {
      const { type, message } = error as { type?: string; message: string };
      return `${type}: ${message}`;
    },
  );
