import { describe, expect, it, vi } from 'vitest';
import { ConnectionEndedError, type Heard, type SpeechModel } from '../../platform/media/speech/port.ts';
import type { WavAudio } from '../../platform/media/wav/read-wav.ts';
import { inPieces, joined, voice } from '../../platform/testing/audio.ts';
import { type TranscribeOptions, transcribe } from './transcribe.ts';

const rate = 16_000;
const silence = (seconds: number) => new Float32Array(seconds * rate);
/** Six utterances of a second each, two voices in turn, a second apart. */
const talk = joined(
  ...Array.from({ length: 6 }, (_, place) => [silence(1), voice(place % 2 ? 220 : 110, 1, rate)]).flat(),
  silence(1),
);

function recordingOf(samples: Float32Array): WavAudio {
  return {
    format: { encoding: 'integer', channels: 1, sampleRate: rate, bits: 16, frameBytes: 2 },
    seconds: samples.length / rate,
    samples: inPieces(samples, [4000]),
  };
}

type Hear = (utterance: number, connection: number) => Heard | Error;

/** A model whose connections last for some utterances; `hear` says what it hears, or fails with. */
function prepare(hear: Hear, { perConnection = 100, samples = talk } = {}) {
  const log = { connections: 0, closed: 0, utterances: 0, open: 0, mostOpen: 0 };
  const speech: SpeechModel = {
    async connect() {
      log.connections += 1;
      log.open += 1;
      log.mostOpen = Math.max(log.mostOpen, log.open);
      const connection = log.connections;
      let left = perConnection;
      return {
        model: 'model',
        get secondsLeft() {
          return left > 0 ? 60 : 0;
        },
        usage: { inputTokens: 10, outputTokens: 1 },
        async hear() {
          left -= 1;
          log.utterances += 1;
          const heard = hear(log.utterances, connection);
          if (heard instanceof Error) throw heard;
          return heard;
        },
        async close() {
          log.closed += 1;
          log.open -= 1;
        },
      };
    },
  };
  const used = { inputTokens: 0 };
  const run = (more: Partial<TranscribeOptions> = {}) =>
    transcribe({
      speech,
      recording: recordingOf(samples),
      connections: 1,
      signal: new AbortController().signal,
      onHeard: async () => {},
      onUsage: ({ inputTokens }) => {
        used.inputTokens += inputTokens;
      },
      ...more,
    });
  return { log, used, run };
}

const words = (utterance: number): Heard => ({ text: `words ${utterance}`, recognised: true });

describe('transcribe', () => {
  it('gives every utterance its time, its words and its speaker', async () => {
    const { run } = prepare(words);

    const { segments, durationSeconds } = await run();

    expect(durationSeconds).toBe(13);
    expect(segments.map(({ text }) => text)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `words ${n}`));
    for (const [place, { start, end }] of segments.entries()) {
      expect(start).toBeCloseTo(1 + 2 * place, 0);
      expect(end).toBeCloseTo(2 + 2 * place, 0);
    }
    expect(segments.map(({ speaker }) => speaker)).toEqual(Array(3).fill(['speaker-1', 'speaker-2']).flat());
  });

  it('keeps what the model says of the voice, and the language most spoken', async () => {
    const { run } = prepare((utterance) => ({
      ...words(utterance),
      voice: {
        speaker: 'Ann',
        emotion: { name: 'happy', confidence: 0.9 },
        language: utterance < 3 ? 'de' : 'en',
      },
    }));

    const { segments, language } = await run();

    expect(language).toBe('en');
    expect(segments[0]).toMatchObject({ speaker: 'Ann', emotion: { name: 'happy', confidence: 0.9 } });
    expect(segments[0]).not.toHaveProperty('voice');
  });

  it('goes on with the next utterance on a new connection when one has no time left', async () => {
    const { log, used, run } = prepare(words, { perConnection: 2 });

    const { segments } = await run();

    expect(segments).toHaveLength(6);
    expect(log).toMatchObject({ connections: 3, closed: 3, utterances: 6 });
    expect(used.inputTokens).toBe(30);
  });

  it('listens in several places at once, and still in order', async () => {
    const { log, run } = prepare(words);

    const { segments } = await run({ connections: 3 });

    expect(log.mostOpen).toBe(3);
    expect(log.closed).toBe(log.connections);
    const starts = segments.map(({ start }) => start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(new Set(segments.map(({ text }) => text)).size).toBe(6);
  });

  it('finds nothing in silence, without asking the model', async () => {
    const { log, run } = prepare(words, { samples: silence(5) });

    expect(await run()).toEqual({ durationSeconds: 5, segments: [] });
    expect(log.connections).toBe(0);
  });

  it('says an utterance again on a new connection when one is lost', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const { log, run } = prepare((utterance, connection) =>
      connection === 1 && utterance === 3 ? new ConnectionEndedError('hung up') : words(utterance),
    );

    const transcript = run();
    await vi.waitFor(() => expect(log.utterances).toBe(3));
    await vi.advanceTimersByTimeAsync(60_000);

    expect((await transcript).segments).toHaveLength(6);
    expect(log).toMatchObject({ connections: 2, closed: 2, utterances: 7 });
    vi.useRealTimers();
  });

  it('does not try again what the model refuses, and lets go of every connection', async () => {
    const refusal = Object.assign(new Error('no'), { name: 'ValidationException' });
    const { log, used, run } = prepare((utterance) => (utterance === 2 ? refusal : words(utterance)));

    await expect(run({ connections: 2 })).rejects.toBe(refusal);
    expect(log.open).toBe(0);
    expect(used.inputTokens).toBe(10 * log.connections);
  });

  it('stops when the job is no longer its own', async () => {
    const { log, run } = prepare(words);

    await expect(run({ onHeard: () => Promise.reject(new Error('taken over')) })).rejects.toThrow(
      'taken over',
    );
    expect(log.utterances).toBe(1);
    expect(log.open).toBe(0);
  });
});
