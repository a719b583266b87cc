import type { JobAccepted } from '@nova/shared/api/jobs';
import type { Transcript } from '@nova/shared/api/media';
import { limits } from '@nova/shared/limits';
import { afterEach, describe, expect, it } from 'vitest';
import {
  largestAvif,
  largestHtml,
  largestJson,
  largestMarkdown,
  largestPdf,
  largestScan,
  largestSheet,
  largestText,
  largestTiff,
  largestWord,
  longestPdf,
} from '../../../fixtures/largest-documents.ts';
import { largestFlac, largestTables, largestWav, longestOgg } from '../../../fixtures/largest-recordings.ts';
import { largestVideo } from '../../../fixtures/largest-video.ts';
import { largestFiles, largestMs } from './fixture.ts';

/**
 * The largest files are processed inside the functions' memory, one after the other in the same processes: each test sees the most
 * memory so far.
 */

const files = largestFiles();

/** Each is analysed in clips. */
describe('the largest video', () => {
  it(
    'of two hours is analysed within the functions’ memory',
    async () => {
      const contentId = await files.upload('largest.mp4', largestVideo);
      await files.done(await files.api.ok('POST', '/video/analyze', { contentId }));

      const { analysis } = await files.api.withResult(contentId, 'analysis');
      expect(analysis).toMatchObject({ durationSeconds: 7200 });
      await files.erased(contentId);
      await files.expectInside('video-handler', 'event-handler', 'content-handler');
    },
    largestMs,
  );
});

/**
 * A part of a recording is decoded at a time, so it is not length that takes memory but what is held at once: tables of MP4, frames of
 * FLAC, and bytes of a second of WAV. Length is tried with Ogg, which has no tables at all.
 */
describe('the transcription', () => {
  afterEach(() => files.expectInside('audio-handler', 'event-handler', 'content-handler'));
  const talk = ['good morning all', 'hello there', 'goodbye'];

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

describe('the largest document', () => {
  afterEach(() => files.expectInside('index-handler', 'event-handler', 'content-handler'));

  it.each([
    ['text', 'largest.txt', largestText],
    ['Markdown', 'largest.md', largestMarkdown],
    ['HTML', 'largest.html', largestHtml],
    ['PDF', 'largest.pdf', largestPdf],
    ['scanned pages', 'largest-scan.pdf', largestScan],
    ['PDF with full pages', 'longest.pdf', longestPdf],
    ['Word', 'largest.docx', largestWord],
    ['Excel', 'largest.xlsx', largestSheet],
    ['JSON', 'largest.json', largestJson],
    ['a TIFF picture', 'largest.tiff', largestTiff],
    ['an AVIF picture', 'largest.avif', largestAvif],
  ])(
    'of %s is indexed within the functions’ memory',
    async (_, name, make) => {
      const contentId = await files.upload(name, make);
      const { jobs } = await files.api.ok<{ jobs: JobAccepted[] }>('POST', `/content/${contentId}/index`);
      for (const job of jobs) await files.done(job);
      await files.erased(contentId);
    },
    largestMs,
  );
});
