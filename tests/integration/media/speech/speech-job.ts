import { Transcript } from '@nova/shared/api/media';
import type { JobTask } from '@nova/shared/events/index';
import { resultKey } from '@nova/shared/objects';
import { transcriptionJob } from '../../../../lambdas/functions/audio-handler/transcription-job.ts';
import { novaSonic, streamingClient } from '../../../../lambdas/models/sonic/sonic.ts';
import type { SpeechModel } from '../../../../lambdas/models/speech.ts';
import { memoryEventStore } from '../../../../lambdas/testing/memory-event-store.ts';
import {
  type Deliveries,
  deliverAll,
  jobState,
  requestSegmentedJob,
  segmentedJobFixture,
} from '../../../../lambdas/testing/segmented-job.ts';
import { type MediaFixture, models } from '../fixture.ts';

export interface SpeechJob extends Deliveries {
  readonly contentType?: string;
  readonly language?: string;
  readonly speech?: SpeechModel;
}

/** Transcribes a recording as the function does, with all its segments and events, and returns the outcome. */
export async function transcribeAt(fixture: MediaFixture, bytes: Buffer, options: SpeechJob = {}) {
  const { contentType = 'audio/wav', language, speech, ...deliveries } = options;
  const store = memoryEventStore();
  const { objects } = fixture;
  const file = { contentType, bytes: bytes.length, objectKey: 'uploads/t/talk' };
  objects.write(file.objectKey, bytes);
  const task: JobTask = { kind: 'transcription', ...(language ? { language } : {}) };
  await requestSegmentedJob(store, { task, file });
  const work = transcriptionJob({
    store,
    objects,
    batch: { start: async () => {}, failureOf: async () => undefined, forget: async () => {} },
    prefix: 'nova.',
    speech: speech ?? novaSonic(streamingClient(), models.speech, 0),
    pace: 0,
  });
  await deliverAll(store, work, deliveries);
  const { tenant, contentId, jobId } = segmentedJobFixture;
  const result = await objects.readJson(resultKey(tenant, contentId, jobId));
  return { store, state: await jobState(store), transcript: result ? Transcript.parse(result) : undefined };
}
