import type { JobTask } from '@nova/shared/events/index';
import { segmentKey } from '@nova/shared/objects';
import type { ContentObjects } from '../../content/objects.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import type { SegmentContext, WorkInSegments } from '../../jobs/run-in-segments.ts';
import { keepFor } from '../../jobs/save-result.ts';
import type { Recording } from '../../media/decoding/recording.ts';
import { checkLength } from '../../media/decoding/unreadable.ts';
import { openRecording } from '../../media/recording/open-recording.ts';
import { isRefusal, refusedBy } from '../../models/errors.ts';
import type { SpeechModel } from '../../models/speech.ts';
import { isSpoken, refuseLanguage } from '../../models/transcribe/languages.ts';
import { collectGarbage } from '../../runtime/collect-garbage.ts';
import { metered } from '../../usage/metered.ts';
import { connectionsFor, segmentSeconds } from './bounds.ts';
import { type DelegationPorts, delegate } from './delegated.ts';
import { SegmentTranscript, transcriptOf } from './heard.ts';
import { listen } from './listen.ts';
import { saveTranscript } from './save-transcript.ts';
import { type TakenSegment, takeSegment } from './take-segment.ts';

export type TranscriptionTask = Extract<JobTask, { kind: 'transcription' }>;

export interface TranscriptionPorts extends DelegationPorts {
  readonly speech: SpeechModel;
  /** Seconds of audio sent a second; 0 for as fast as it is taken. */
  readonly pace: number;
}

/** Transcribes an uploaded recording, a segment an invocation, and keeps the transcript beside it. */
export function transcriptionJob(ports: TranscriptionPorts): WorkInSegments<TranscriptionTask> {
  const { store, objects } = ports;
  const keyOf = ({ tenant, contentId, jobId }: WorkContext, segment: number) =>
    segmentKey(tenant, contentId, jobId, segment);
  return {
    async open(context) {
      const { language } = context.task;
      refuseLanguage(language);
      const recording = await recordingOf(objects, context.content);
      checkLength(recording.seconds, 'transcribed');
      if (isSpoken(language) && recording.decodable) return 'in-segments';
      await delegate(ports, context, language);
      return 'delegated';
    },

    async segment(context) {
      const taken = await take(ports, context);
      collectGarbage(context.content.bytes);
      // Said before the listening, which takes long: the next segment need not wait for it.
      await context.cut(taken.until, taken.last);
      const heard = await hear(ports, context, taken);
      await keepFor(context, { store, objects, objectKey: keyOf(context, context.segment), value: heard });
      collectGarbage(context.content.bytes);
    },

    async conclude(context, segments) {
      const heard = await Promise.all(
        segments.map((_, segment) => readSegment(objects, keyOf(context, segment))),
      );
      const seconds = segments.at(-1)?.until ?? 0;
      return saveTranscript(store, objects, context, transcriptOf(heard, seconds, context.task.language));
    },

    async tidy(context, segments) {
      await Promise.all(segments.map((_, segment) => objects.delete(keyOf(context, segment))));
    },
  };
}

/**
 * A recording, opened.
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function recordingOf(
  objects: ContentObjects,
  { objectKey, bytes, contentType }: SegmentContext['content'],
): Promise<Recording> {
  // Tables of an MP4 file are tens of megabytes: those of the invocation before must not lie beside them.
  collectGarbage(bytes);
  const recording = await openRecording(objects, objectKey, bytes, contentType);
  collectGarbage(bytes);
  return recording;
}

/** What is said in a segment, and the seconds of the whole. The recording itself is let go of: listening takes long. */
async function take(
  { objects, pace }: TranscriptionPorts,
  { content, from, until }: SegmentContext,
): Promise<TakenSegment & { readonly total: number }> {
  const recording = await recordingOf(objects, content);
  const taken = await takeSegment(recording, { from, until, seconds: segmentSeconds(pace) });
  return { ...taken, total: recording.seconds };
}

const readSegment = async (objects: ContentObjects, key: string) =>
  SegmentTranscript.parse(await objects.readJson(key));

async function hear(
  { store, speech, pace }: TranscriptionPorts,
  context: SegmentContext<TranscriptionTask>,
  { utterances, until, total }: Awaited<ReturnType<typeof take>>,
): Promise<SegmentTranscript> {
  const { from, segment, signal, task, jobId } = context;
  const account = { ...context, source: 'speech', reference: `${jobId}/${segment}` } as const;
  return metered(store, account, async (tokens) => {
    const heard = await listen(utterances, {
      speech,
      language: task.language,
      connections: connectionsFor(until - from, pace),
      segment,
      signal,
      onHeard: reporter(context, total),
      onUsage: tokens.add,
    }).catch(refuse);
    return { model: tokens.used.model, heard };
  });
}

/** Seconds of speech between two looks whether the job is still wanted; shorter recordings look more often. */
const lookEvery = 15;

function reporter({ from, progress }: SegmentContext, total: number) {
  let reported = 0;
  return async ({ end }: { readonly end: number }) => {
    const seconds = end - from;
    if (seconds - reported < Math.min(lookEvery, total / 10)) return;
    reported = seconds;
    await progress(seconds, total, 'transcribing');
  };
}

function refuse(error: unknown): never {
  if (!isRefusal(error)) throw error;
  throw refusedBy('speech model', 'audio', error);
}
