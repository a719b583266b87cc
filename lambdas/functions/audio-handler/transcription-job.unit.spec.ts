import { resultKey } from '@nova/shared/objects';
import { describe, expect, it } from 'vitest';
import type { SpeechModel } from '../../platform/media/speech/port.ts';
import type { BatchTranscriber } from '../../platform/media/transcribe/batch.ts';
import { joined, voice } from '../../platform/testing/audio.ts';
import { memoryEventStore } from '../../platform/testing/memory-event-store.ts';
import { memoryObjects } from '../../platform/testing/memory-objects.ts';
import { askForJob, deliverAll, workplace } from '../../platform/testing/parted-job.ts';
import { transcriptionJob } from './transcription-job.ts';

const rate = 16_000;
const silence = new Float32Array(rate);

const speech: SpeechModel = {
  connect: async () => ({
    model: 'what listened',
    secondsLeft: 60,
    usage: { inputTokens: 1, outputTokens: 1 },
    hear: async () => ({ text: 'words', recognised: true }),
    close: async () => {},
  }),
};

/** What the recordings here never go to. */
const nobody: BatchTranscriber = {
  start: () => Promise.reject(new Error('unexpected')),
  failureOf: async () => undefined,
  forget: async () => {},
};

function wav(samples: Float32Array): Buffer {
  const audio = Buffer.from(Int16Array.from(samples, (value) => value * 0x7fff).buffer);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + audio.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(audio.length, 40);
  return Buffer.concat([header, audio]);
}

/** @returns the transcript that the job keeps */
async function transcriptOf(samples: Float32Array): Promise<unknown> {
  const store = memoryEventStore();
  const objects = memoryObjects();
  const bytes = wav(samples);
  const file = { contentType: 'audio/wav', bytes: bytes.length, objectKey: 'upload' };
  objects.write(file.objectKey, bytes);
  await askForJob(store, { task: { kind: 'transcription' }, file });
  await deliverAll(
    store,
    transcriptionJob({ store, objects, batch: nobody, prefix: 'nova.', speech, pace: 0 }),
  );
  return objects.readJson(resultKey(workplace.tenant, workplace.contentId, workplace.jobId));
}

describe('a transcript', () => {
  it('names what listened', async () => {
    const transcript = await transcriptOf(joined(silence, voice(110, 1, rate), silence));

    expect(transcript).toMatchObject({ model: 'what listened', segments: [{ text: 'words' }] });
  });

  it('names no model when there was nothing to listen to', async () => {
    expect(await transcriptOf(silence)).toEqual({ durationSeconds: 1, model: 'none', segments: [] });
  });
});
