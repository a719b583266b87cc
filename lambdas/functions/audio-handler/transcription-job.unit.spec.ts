import { type ChannelMode, Transcript } from '@nova/shared/api/media';
import { resultKey } from '@nova/shared/objects';
import { describe, expect, it } from 'vitest';
import { writeWav } from '../../media/wav/write-wav.ts';
import type { SpeechModel } from '../../models/speech.ts';
import type { BatchTranscriber } from '../../models/transcribe/batch.ts';
import { joined, voice, vowels } from '../../testing/audio.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { anAiff } from '../../testing/sampled-files.ts';
import {
  deliverAll,
  jobState,
  requestSegmentedJob,
  segmentedJobFixture,
} from '../../testing/segmented-job.ts';
import { aWav } from '../../testing/wav-file.ts';
import { transcriptionJob } from './transcription-job.ts';

const rate = 16_000;
const silence = new Float32Array(rate);

const speech: SpeechModel = {
  connect: async () => ({
    model: 'what listened',
    secondsLeft: 60,
    usage: { inputTokens: 1, outputTokens: 1 },
    transcribe: async () => ({ text: 'words', recognised: true }),
    close: async () => {},
  }),
};

/** The batch transcriber, which these recordings do not use. */
const nobody: BatchTranscriber = {
  start: () => Promise.reject(new Error('unexpected')),
  failureOf: async () => undefined,
  forget: async () => {},
};

const transcriptOf = (samples: Float32Array) => transcriptOfFile(writeWav(samples, rate));

/** @returns the transcript that the job stores */
async function transcriptOfFile(bytes: Uint8Array, channels?: ChannelMode): Promise<unknown> {
  const store = memoryEventStore();
  const objects = memoryObjects();
  const file = { contentType: 'audio/wav', bytes: bytes.length, objectKey: 'upload' };
  objects.write(file.objectKey, bytes);
  await requestSegmentedJob(store, { task: { kind: 'transcription', channels }, file });
  await deliverAll(
    store,
    transcriptionJob({ store, objects, batch: nobody, prefix: 'nova.', speech, pace: 0 }),
  );
  return objects.readJson(
    resultKey(segmentedJobFixture.tenant, segmentedJobFixture.contentId, segmentedJobFixture.jobId),
  );
}

describe('a recording that is not transcribed here', () => {
  async function outcomeOf(bytes: Buffer, contentType: string, language?: string) {
    const store = memoryEventStore();
    const objects = memoryObjects();
    const started: unknown[] = [];
    const batch = { ...nobody, start: async (given: object) => void started.push(given) };
    const file = { contentType, bytes: bytes.length, objectKey: 'upload' };
    objects.write(file.objectKey, bytes);
    await requestSegmentedJob(store, {
      task: { kind: 'transcription', ...(language ? { language } : {}) },
      file,
    });
    await deliverAll(store, transcriptionJob({ store, objects, batch, prefix: 'nova.', speech, pace: 0 }));
    return { started, state: await jobState(store), history: await store.load(segmentedJobFixture.stream) };
  }

  it('goes to Amazon Transcribe: AMR', async () => {
    const { started } = await outcomeOf(Buffer.from('#!AMR\n\x7c\x7c'), 'audio/amr');

    expect(started).toEqual([
      expect.objectContaining({ mediaType: 'audio/amr', uri: 's3://content/upload' }),
    ]);
  });

  it('is refused where that service does not take its format: AIFF in Japanese', async () => {
    const file = anAiff({ data: Buffer.alloc(64_000) });
    const { started, state, history } = await outcomeOf(file, 'audio/aiff', 'ja');

    expect(started).toEqual([]);
    expect(state).toMatchObject({ status: 'failed', retriable: false });
    expect(JSON.stringify(history)).toContain('that service does not take audio/aiff. Convert it');
  });
});

describe('a transcript', () => {
  it('names its model', async () => {
    const transcript = await transcriptOf(joined(silence, voice(110, 1, rate), silence));

    expect(transcript).toMatchObject({ model: 'what listened', segments: [{ text: 'words' }] });
  });

  it('has an estimated emotion, never certain, for each utterance without one from the model', async () => {
    const utterance = (hertz: number, loudness: number) =>
      joined(
        voice(hertz, 1, rate).map((sample) => sample * loudness),
        silence,
      );
    const talk = joined(
      silence,
      ...Array.from({ length: 4 }, () => utterance(120, 0.2)),
      utterance(138, 0.9),
    );

    const { segments } = Transcript.parse(await transcriptOf(talk));

    expect(segments.map(({ speaker }) => speaker)).toEqual(Array(5).fill('speaker-1'));
    expect(segments.map(({ emotion }) => emotion?.name)).toEqual([...Array(4).fill('neutral'), 'angry']);
    for (const { emotion } of segments) expect(emotion?.confidence).toBeLessThanOrEqual(0.35);
  });

  it('of silence names no model', async () => {
    expect(await transcriptOf(silence)).toEqual({ durationSeconds: 1, model: 'none', segments: [] });
  });

  describe('of a call', () => {
    const he = joined(vowels(110, 3, rate), silence, silence, vowels(110, 3, rate));
    const she = joined(silence, silence, silence, vowels(210, 5, rate));
    const stereo = (left: Float32Array, right: Float32Array) =>
      aWav({
        ...{ channels: 2, rate },
        data: Buffer.from(Int16Array.from({ length: 2 * left.length }, sampleOf(left, right)).buffer),
      });
    const sampleOf = (left: Float32Array, right: Float32Array) => (_: unknown, at: number) =>
      Math.round(((at % 2 ? right : left)[at >> 1] ?? 0) * 0x7fff);
    const heard = async (file: Uint8Array, channels?: ChannelMode) =>
      Transcript.parse(await transcriptOfFile(file, channels)).segments.map(
        ({ speaker, channel, start, end }) => [speaker, channel, Math.round(start), Math.round(end)],
      );

    it('has the words of each channel, also where both speak', async () => {
      const apart = [
        ['channel-1', 1, 0, 3],
        ['channel-2', 2, 3, 8],
        ['channel-1', 1, 5, 8],
      ];
      expect(await heard(stereo(he, she))).toEqual(apart);
      expect(await heard(stereo(he, she), 'auto')).toEqual(apart);
      expect(await heard(stereo(he, she), 'separate')).toEqual(apart);
    });

    it('has voices by their sound where its channels are mixed, or are the same', async () => {
      for (const [file, mode] of [
        [stereo(he, she), 'mixed'],
        [stereo(he, he), 'auto'],
        [writeWav(he, rate), 'separate'],
      ] as const) {
        const segments = await heard(file, mode);
        expect(segments.map(([, channel]) => channel)).toEqual(segments.map(() => undefined));
      }
    });
  });
});
