import '../environment.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MediaFixture, startMediaFixture } from '../fixture.ts';
import { transcribeAt } from './speech-job.ts';

/** One conversation in every format: the transcript is the same. Made by `tests/fixtures/make-recordings.ts`. */

let fixture: MediaFixture;
beforeAll(async () => {
  fixture = await startMediaFixture();
});
afterAll(() => fixture.close());

const recording = (name: string) => readFile(join(import.meta.dirname, '../../../fixtures/recordings', name));

describe('a conversation', () => {
  it.each([
    ['cbr.mp3', 'audio/mpeg'],
    ['vbr.mp3', 'audio/mpeg'],
    ['vbr-without-header.mp3', 'audio/mpeg'],
    ['low-rate.mp3', 'audio/mpeg'],
    ['talk.flac', 'audio/flac'],
    ['talk.opus', 'audio/ogg'],
    ['opus.mp4', 'video/mp4'],
    ['flac.mp4', 'audio/mp4'],
    ['mp3.mp4', 'audio/mp4'],
  ])('in %s is transcribed word for word, at the same times', async (name, contentType) => {
    const [{ transcript: original }, { transcript, state }] = [
      await transcribeAt(fixture, await recording('talk.wav')),
      await transcribeAt(fixture, await recording(name), { contentType }),
    ];

    expect(state).toMatchObject({ status: 'done' });
    expect(transcript?.segments.map(({ speaker, emotion, text }) => [speaker, emotion?.name, text])).toEqual([
      ['A', 'neutral', 'good morning all'],
      ['B', 'happy', 'hello there'],
      ['A', 'neutral', 'goodbye'],
    ]);
    for (const [place, { start, end }] of (original?.segments ?? []).entries()) {
      expect(Math.abs((transcript?.segments[place]?.start ?? 0) - start)).toBeLessThan(0.1);
      expect(Math.abs((transcript?.segments[place]?.end ?? 0) - end)).toBeLessThan(0.1);
    }
  });

  it('in an unsupported codec is refused with its name', async () => {
    const { state, store } = await transcribeAt(fixture, await recording('vorbis.ogg'), {
      contentType: 'audio/ogg',
    });

    expect(state).toMatchObject({ status: 'failed', retriable: false });
    const { events } = await store.load({
      tenant: 't',
      aggregate: 'job',
      id: '019ab000-0000-7000-8000-000000000002',
    });
    expect(events.at(-1)?.data).toMatchObject({ reason: expect.stringMatching(/vorbis/i) });
  });
});
