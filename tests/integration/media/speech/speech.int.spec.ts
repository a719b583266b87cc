import '../environment.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { novaSonic, streamingClient } from '../../../../lambdas/models/sonic/sonic.ts';
import type { SpeechModel } from '../../../../lambdas/models/speech.ts';
import { noise, voice } from '../../../../lambdas/testing/audio.ts';
import { aWav } from '../../../../lambdas/testing/wav-file.ts';
import { makeSpeech, type SpeechOptions } from '../../../fixtures/make-speech.ts';
import { toWav } from '../../../fixtures/wav.ts';
import { type MediaFixture, models, startMediaFixture } from '../fixture.ts';
import { type SpeechJob, transcribeAt } from './speech-job.ts';

/** Transcription over the wire: the stand-in decodes the audio that arrives. */

let fixture: MediaFixture;
beforeAll(async () => {
  fixture = await startMediaFixture();
});
afterAll(() => fixture.close());
beforeEach(() => fixture.bedrock.faults.set({}));

const format = { sampleRate: 16_000, bits: 16, channels: 1 } as const;

async function transcribed(wav: Buffer, options: SpeechJob = {}) {
  const { transcript } = await transcribeAt(fixture, wav, options);
  if (!transcript) throw new Error('There is no transcript');
  return transcript;
}

const lines = ['A: hello there', 'B (angry): this is the second speaker', 'A (happy): goodbye now'];

describe('a recording', () => {
  it.each<SpeechOptions>([
    { sampleRate: 8000, bits: 8, channels: 1 },
    { sampleRate: 16_000, bits: 16, channels: 1 },
    { sampleRate: 44_100, bits: 24, channels: 2 },
    { sampleRate: 48_000, bits: 16, channels: 2 },
  ])('at $sampleRate Hz, $bits bits, $channels channels is transcribed word for word', async (options) => {
    const { segments, language, model } = await transcribed(makeSpeech(lines, options));

    expect(
      segments.map(({ speaker, emotion, text, recognised }) => [speaker, emotion?.name, text, recognised]),
    ).toEqual([
      ['A', 'neutral', 'hello there', true],
      ['B', 'angry', 'this is the second speaker', true],
      ['A', 'happy', 'goodbye now', true],
    ]);
    expect(language).toBe('en');
    expect(model).toBe('nova-local-stand-in');
  });

  it('has its words at their times', async () => {
    const pause = 1.5;
    const [one, two] = await Promise.all(
      ['A: hello there', 'B: good morning everyone'].map((line) => makeSpeech([line], { pause })),
    );
    const seconds = (wav: Buffer | undefined) => ((wav?.length ?? 44) - 44) / 32_000;
    const both = makeSpeech(['A: hello there', 'B: good morning everyone'], { pause });

    const { segments, durationSeconds } = await transcribed(both);

    // Each line lasts as long as it does alone; silences of `pause` are around each.
    const firstEnd = seconds(one) - pause;
    const secondEnd = firstEnd + pause + seconds(two) - 2 * pause;
    expect(durationSeconds).toBeCloseTo(seconds(both), 2);
    for (const [place, [start, end]] of [
      [pause, firstEnd] as const,
      [firstEnd + pause, secondEnd] as const,
    ].entries()) {
      expect(Math.abs((segments[place]?.start ?? 0) - start)).toBeLessThan(0.1);
      expect(Math.abs((segments[place]?.end ?? 0) - end)).toBeLessThan(0.1);
    }
  });

  it('of a call has the words of both, also where they talk at the same time', async () => {
    const [left, right] = ['A: hello there who is it', 'B: good morning everyone here'].map((line) =>
      makeSpeech([line]).subarray(44),
    ) as [Buffer, Buffer];
    const data = Buffer.alloc(2 * Math.max(left.length, right.length));
    for (const [channel, samples] of [left, right].entries()) {
      for (let at = 0; at < samples.length; at += 2) samples.copy(data, 2 * at + 2 * channel, at, at + 2);
    }

    const { segments } = await transcribed(aWav({ channels: 2, data }));

    expect(segments.map(({ channel, speaker, text }) => [channel, speaker, text]).sort()).toEqual([
      [1, 'channel-1', 'hello there who is it'],
      [2, 'channel-2', 'good morning everyone here'],
    ]);
  });

  it('of voices that the model does not recognise has segments that report it', async () => {
    const wav = toWav(
      Float32Array.from([
        ...new Float32Array(16_000),
        ...voice(120, 2, 16_000),
        ...new Float32Array(16_000),
        ...voice(230, 2, 16_000),
        ...new Float32Array(16_000),
      ]),
      format,
    );

    const { segments } = await transcribed(wav);

    expect(segments.map(({ recognised }) => recognised)).toEqual([false, false]);
    expect(new Set(segments.map(({ speaker }) => speaker)).size).toBe(2);
  });

  it.each([
    ['silence', new Float32Array(32_000)],
    ['noise', noise(4, 16_000, 0.05)],
  ])('of %s has no segments', async (_, samples) => {
    expect((await transcribed(toWav(samples, format))).segments).toEqual([]);
  });

  it.each(['throttle', 'unavailable', 'timeout', 'error', 'cut', 'malformed', 'silence'] as const)(
    'is transcribed although the first connection ends in the fault "%s"',
    async (fault) => {
      // Half a second of silence stands for the seconds that the model may take.
      const quiet = { afterWords: 500, withoutWords: 500 };
      const speech = novaSonic(streamingClient(), models.speech, 0, quiet);
      let connections = 0;
      const connect: SpeechModel['connect'] = (options) => {
        connections += 1;
        fixture.bedrock.faults.set(connections === 1 ? { [fault]: 1 } : {});
        return speech.connect(options);
      };

      const { segments } = await transcribed(makeSpeech(lines), { speech: { ...speech, connect } });

      expect(connections).toBeGreaterThan(1);
      expect(segments.map(({ text }) => text)).toEqual([
        'hello there',
        'this is the second speaker',
        'goodbye now',
      ]);
    },
  );
});
