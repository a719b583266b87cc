import '../environment.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MediaFixture, startMediaFixture } from '../fixture.ts';
import { encodedTalks, recordingFile } from './recordings.ts';
import { transcribeAt } from './speech-job.ts';

/** One conversation in every format: the transcript is the same. */

let fixture: MediaFixture;
beforeAll(async () => {
  fixture = await startMediaFixture();
});
afterAll(() => fixture.close());

describe('a conversation', () => {
  it.each(encodedTalks)(
    'in %s is transcribed word for word, at the same times',
    async (name, contentType) => {
      const [{ transcript: original }, { transcript, state }] = [
        await transcribeAt(fixture, recordingFile('talk.wav')),
        await transcribeAt(fixture, recordingFile(name), { contentType }),
      ];

      expect(state).toMatchObject({ status: 'done' });
      expect(
        transcript?.segments.map(({ speaker, emotion, text }) => [speaker, emotion?.name, text]),
      ).toEqual([
        ['A', 'neutral', 'good morning all'],
        ['B', 'happy', 'hello there'],
        ['A', 'neutral', 'goodbye'],
      ]);
      for (const [place, { start, end }] of (original?.segments ?? []).entries()) {
        expect(Math.abs((transcript?.segments[place]?.start ?? 0) - start)).toBeLessThan(0.1);
        expect(Math.abs((transcript?.segments[place]?.end ?? 0) - end)).toBeLessThan(0.1);
      }
    },
  );

  it('in an unsupported codec is refused with its name', async () => {
    const { state, store } = await transcribeAt(fixture, recordingFile('speex.ogg'), {
      contentType: 'audio/ogg',
    });

    expect(state).toMatchObject({ status: 'failed', retriable: false });
    const { events } = await store.load({
      tenant: 't',
      aggregate: 'job',
      id: '019ab000-0000-7000-8000-000000000002',
    });
    expect(events.at(-1)?.data).toMatchObject({ reason: expect.stringMatching(/Speex/) });
  });
});
