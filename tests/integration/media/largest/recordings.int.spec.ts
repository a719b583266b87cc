import type { Transcript } from '@nova/shared/api/media';
import { limits } from '@nova/shared/limits';
import { afterEach, describe, expect, it } from 'vitest';
import { largestFlac, largestTables, largestWav, longestOgg } from '../../../fixtures/largest-recordings.ts';
import { largestFiles, largestMs } from './fixture.ts';

/**
 * The largest recordings are transcribed inside the functions' memory. A part of a recording is decoded at a time, so it is
 * not length that takes memory but what is held at once: tables of MP4, frames of FLAC, and bytes of a second of WAV. Length is
 * tried with Ogg, which has no tables at all.
 */

const files = largestFiles();
afterEach(() => files.expectInside('audio-handler', 'event-handler', 'content-handler'));

async function transcribed(
  name: string,
  make: (path: string) => Promise<void>,
): Promise<Transcript | undefined> {
  const contentId = await files.upload(name, make);
  await files.done(await files.api.ok('POST', '/audio/transcribe', { contentId }));
  const { transcript } = await files.api.withResult(contentId, 'transcript');
  await files.erased(contentId);
  return transcript;
}

const talk = ['good morning all', 'hello there', 'goodbye'];

describe('the transcription', () => {
  it(
    'of two hours of Ogg, where seeking means searching, stays within the functions’ memory',
    async () => {
      const transcript = await transcribed('longest.ogg', longestOgg);

      expect(transcript?.segments.map(({ text }) => text)).toEqual(talk);
      expect(limits.recordingSeconds - (transcript?.durationSeconds ?? 0)).toBeLessThan(20);
    },
    largestMs,
  );

  it(
    'of MP4 with the largest tables stays within the functions’ memory',
    async () => {
      const transcript = await transcribed('tables.m4a', largestTables);

      expect(transcript?.segments.map(({ text }) => text)).toEqual(talk);
    },
    largestMs,
  );

  it(
    'of WAV with the highest number of bytes per second stays within the functions’ memory',
    async () => {
      const transcript = await transcribed('largest.wav', largestWav);

      expect(transcript?.durationSeconds).toBeCloseTo(8, 1);
    },
    largestMs,
  );

  it(
    'of FLAC with the largest frames stays within the functions’ memory',
    async () => {
      const transcript = await transcribed('largest.flac', largestFlac);

      expect(transcript?.durationSeconds).toBeGreaterThan(limits.speechSegmentSeconds);
    },
    largestMs,
  );
});
