import type { JobTask } from '@nova/shared/events/index';
import { segmentKey } from '@nova/shared/objects';
import type { ContentObjects } from '../../content/objects.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import { merging, type SegmentContext, type WorkInSegments } from '../../jobs/run-in-segments.ts';
import { storeFor } from '../../jobs/save-result.ts';
import { readingBudget } from '../../media/decoding/reading-budget.ts';
import type { Recording } from '../../media/decoding/recording.ts';
import { checkLength } from '../../media/decoding/unreadable.ts';
import { openRecording } from '../../media/recording/open-recording.ts';
import { hasPeopleApart } from '../../media/voice/channels.ts';
import { isRefusal, refusedBy } from '../../models/errors.ts';
import type { SpeechModel } from '../../models/speech.ts';
import { isSpoken, refuseLanguage } from '../../models/transcribe/languages.ts';
import { collectGarbage } from '../../runtime/collect-garbage.ts';
import { metered } from '../../usage/record-usage.ts';
import { type DelegationDependencies, delegate } from './delegated.ts';
import { connectionsFor, segmentSeconds } from './segment-limits.ts';
import { type TakenSegment, takeSegment } from './take-segment.ts';
import { transcribeUtterances } from './transcribe-utterances.ts';
import { SegmentTranscript, saveTranscript, transcriptOf } from './transcript.ts';

export type TranscriptionTask = Extract<JobTask, { kind: 'transcription' }>;

export interface TranscriptionDependencies extends DelegationDependencies {
  readonly speech: SpeechModel;
  /** Seconds of audio sent a second; 0 sends without delay. */
  readonly pace: number;
}

/** Transcribes an uploaded recording, one segment in each invocation, and stores the transcript. */
export function transcriptionJob(dependencies: TranscriptionDependencies): WorkInSegments<TranscriptionTask> {
  const { store, objects } = dependencies;
  const keyOf = ({ tenant, contentId, jobId }: WorkContext, segment: number) =>
    segmentKey(tenant, contentId, jobId, segment);
  return {
    async open(context) {
      const { language, channels } = context.task;
      refuseLanguage(language);
      const recording = await recordingOf(objects, context.content, context.endsAt);
      checkLength(recording.seconds, 'transcribed');
      const byChannel = await isByChannel(recording, channels);
      if (isSpoken(language) && recording.decodable) return byChannel ? 'by-channel' : 'in-segments';
      // The service tells two channels apart.
      await delegate(dependencies, context, {
        codec: recording.codec,
        language,
        byChannel: byChannel && recording.channels === 2,
      });
      return 'delegated';
    },

    async segment(context) {
      const taken = await take(dependencies, context);
      collectGarbage(context.content.bytes);
      // Recorded before the transcription, which takes long, so that the next segment can start.
      await context.cut(taken.until, taken.last);
      const transcript = await transcribe(dependencies, context, taken);
      await storeFor(context, {
        store,
        objects,
        objectKey: keyOf(context, context.segment),
        value: transcript,
      });
      collectGarbage(context.content.bytes);
    },

    async conclude(context, segments) {
      await context.progress(merging, 'merging');
      const transcripts = await Promise.all(
        segments.map((_, segment) => readSegment(objects, keyOf(context, segment))),
      );
      const seconds = segments.at(-1)?.until ?? 0;
      return saveTranscript(
        store,
        objects,
        context,
        transcriptOf(transcripts, seconds, context.task.language),
      );
    },

    async cleanUp(context, segments) {
      await Promise.all(segments.map((_, segment) => objects.delete(keyOf(context, segment))));
    },
  };
}

/**
 * A recording, opened.
 * @param endsAt when the invocation's time is nearly up
 * @throws DomainError `unsupported-media` when it cannot be read
 */
export async function recordingOf(
  objects: ContentObjects,
  { objectKey, bytes, contentType }: SegmentContext['content'],
  endsAt?: Date,
): Promise<Recording> {
  // The tables of an MP4 file are tens of megabytes: those of the previous invocation must not stay in memory beside them.
  collectGarbage(bytes);
  const recording = await openRecording(objects, objectKey, bytes, contentType, readingBudget(bytes, endsAt));
  collectGarbage(bytes);
  return recording;
}

/** Whether each channel is one voice, as the task says, or by the sound. */
async function isByChannel(
  recording: Recording,
  channels: TranscriptionTask['channels'] = 'auto',
): Promise<boolean> {
  if (channels !== 'auto') return channels === 'separate' && recording.channels > 1;
  return recording.decodable && hasPeopleApart(recording);
}

/** The utterances of a segment, and the length of the recording, which is not held while the segment is transcribed. */
async function take(
  { objects, pace }: TranscriptionDependencies,
  { content, from, until, byChannel, endsAt }: SegmentContext,
): Promise<TakenSegment & { readonly total: number }> {
  const recording = await recordingOf(objects, content, endsAt);
  const taken = await takeSegment(recording, { from, until, byChannel, seconds: segmentSeconds(pace) });
  return { ...taken, total: recording.seconds };
}

const readSegment = async (objects: ContentObjects, key: string) =>
  SegmentTranscript.parse(await objects.readJson(key));

async function transcribe(
  { store, speech, pace }: TranscriptionDependencies,
  context: SegmentContext<TranscriptionTask>,
  { utterances, until, total }: Awaited<ReturnType<typeof take>>,
): Promise<SegmentTranscript> {
  const { from, segment, signal, task, jobId } = context;
  const account = { ...context, source: 'speech', reference: `${jobId}/${segment}` } as const;
  return metered(store, account, async (tokens) => {
    const heard = await transcribeUtterances(utterances, {
      speech,
      language: task.language,
      connections: connectionsFor(until - from, pace),
      segment,
      signal,
      onUtterance: reporter(context, total),
      onUsage: tokens.add,
    }).catch(refuse);
    return { model: tokens.used.model, heard };
  });
}

/** Seconds of speech between two reports, which also notice a cancellation; shorter recordings report more often. */
const reportSeconds = 15;

function reporter({ from, progress }: SegmentContext, total: number) {
  let reported = 0;
  return async ({ end }: { readonly end: number }) => {
    const seconds = end - from;
    if (seconds - reported < Math.min(reportSeconds, total / 10)) return;
    reported = seconds;
    await progress(seconds, total, 'transcribing');
  };
}

function refuse(error: unknown): never {
  if (!isRefusal(error)) throw error;
  throw refusedBy('speech model', 'audio', error);
}
