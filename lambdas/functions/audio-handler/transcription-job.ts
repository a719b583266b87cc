import type { JobTask } from '@nova/shared/events/index';
import type { ContentObjects } from '../../platform/content/objects.ts';
import type { EventStore } from '../../platform/events/store.ts';
import type { Conclusion, JobContext } from '../../platform/jobs/run-job.ts';
import { saveResult } from '../../platform/jobs/save-result.ts';
import { objectBytes } from '../../platform/media/object-bytes.ts';
import { refuseLanguage } from '../../platform/media/speech/languages.ts';
import type { SpeechModel } from '../../platform/media/speech/port.ts';
import { readWav } from '../../platform/media/wav/read-wav.ts';
import { isRefusal, refusedBy } from '../../platform/models/errors.ts';
import { metered } from '../../platform/usage/metered.ts';
import { connectionsFor } from './bounds.ts';
import { transcribe } from './transcribe.ts';

export type TranscriptionTask = Extract<JobTask, { kind: 'transcription' }>;

export interface TranscriptionPorts {
  readonly store: EventStore;
  readonly objects: ContentObjects;
  readonly speech: SpeechModel;
  /** Seconds of audio sent a second; 0 for as fast as it is taken. */
  readonly pace: number;
}

/** Progress is recorded when it has grown by this much, percent: each record is an event. */
const progressStep = 10;
/** Percent at which everything was heard. */
const heardAll = 95;

/** What a transcript names when there was nothing to listen to: a model that was not asked made nothing. */
const noModel = 'none';

/** Transcribes an uploaded recording and keeps the transcript beside it. */
export function transcriptionJob({ store, objects, speech, pace }: TranscriptionPorts) {
  return async (job: JobContext<TranscriptionTask>): Promise<Conclusion> => {
    const { language } = job.task;
    refuseLanguage(language);
    const { objectKey, bytes } = job.content;
    const recording = await readWav(objectBytes(objects, objectKey, bytes), bytes);
    const connections = connectionsFor(recording.seconds, pace);
    const account = { ...job, source: 'speech', reference: job.jobId } as const;
    const transcript = await metered(store, account, async (tokens) => {
      const heard = await transcribe({
        speech,
        recording,
        language,
        connections,
        signal: job.signal,
        onHeard: progressOf(job, recording.seconds),
        onUsage: tokens.add,
      }).catch(refuse);
      return { ...heard, model: tokens.used.model || noModel };
    });
    const { segments, durationSeconds } = transcript;
    return saveResult(store, objects, job, transcript, (saved) => ({
      type: 'TranscriptAttached',
      data: { ...saved, segments: segments.length, durationSeconds },
    }));
  };
}

/** Listeners side by side report as they come; only what is further than anything before is recorded. */
function progressOf(job: JobContext, seconds: number): (second: number) => Promise<void> {
  let reported = 0;
  return async (second) => {
    const percent = Math.min(heardAll, (second / seconds) * heardAll);
    if (percent - reported < progressStep) return;
    reported = percent;
    await job.progress(percent, 'transcribing');
  };
}

function refuse(error: unknown): never {
  if (!isRefusal(error)) throw error;
  throw refusedBy('speech model', 'audio', error);
}
