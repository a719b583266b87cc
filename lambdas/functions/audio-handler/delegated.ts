import { contentStream, type EventMetadata, jobStream, type StreamId } from '@nova/shared/events/index';
import { type MediaType, toMediaType } from '@nova/shared/media-types';
import { delegatedKey, soundKey, writeCheckKey } from '@nova/shared/objects';
import { contentKinds } from '@nova/shared/vocabulary';
import type { EventBridgeEvent } from 'aws-lambda';
import * as z from 'zod';
import { currentState, execute } from '../../commands/execute.ts';
import type { ContentObjects } from '../../content/objects.ts';
import { content, type ExistingContent, ready } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import { completeDelegated, failJob, isDelegated, job } from '../../domain/job.ts';
import type { EventStore } from '../../event-store/store.ts';
import { refusalIfDeleted } from '../../jobs/deleted-item.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import { copySound } from '../../media/container/copy-sound.ts';
import { readingBudget } from '../../media/decoding/reading-budget.ts';
import { isRefusal, refusedBy } from '../../models/errors.ts';
import { type BatchTranscriber, takesFormat } from '../../models/transcribe/batch.ts';
import { transcribeCode } from '../../models/transcribe/languages.ts';
import { readTranscript } from '../../models/transcribe/read-transcript.ts';
import { saveTranscript } from './transcript.ts';

/** Recordings in a language or a coding that the speech model does not take are transcribed by Amazon Transcribe. */

export interface DelegationDependencies {
  readonly store: EventStore;
  readonly objects: ContentObjects;
  readonly batch: BatchTranscriber;
  /** Prefix of the names of this stage's jobs. */
  readonly prefix: string;
}

export interface ConclusionDependencies extends DelegationDependencies {
  /** Length of a recording; the service's transcript ends with the last word. */
  secondsOf(item: ExistingContent): Promise<number>;
}

/** The end of a job of Amazon Transcribe. Source: Amazon Transcribe developer guide, "Using Amazon EventBridge". */
const Ended = z.object({
  TranscriptionJobName: z.string(),
  TranscriptionJobStatus: z.enum(['COMPLETED', 'FAILED']),
});

export type TranscribeEnded = EventBridgeEvent<'Transcribe Job State Change', unknown>;

export function isTranscribeEnded(event: unknown): event is TranscribeEnded {
  const candidate = event as Partial<TranscribeEnded> | null;
  return candidate?.source === 'aws.transcribe' && candidate['detail-type'] === 'Transcribe Job State Change';
}

/** The service's name of a job: tenant, job and retry, none of which holds a dot. The end of one retry is not the end of another. */
const transcriptionJobName = (
  prefix: string,
  { tenant, jobId, tries }: Pick<WorkContext, 'tenant' | 'jobId' | 'tries'>,
) => `${prefix}${tenant}.${jobId}.${tries}`;

function parseJobName(prefix: string, name: string) {
  const parts = name.startsWith(prefix) ? name.slice(prefix.length).split('.') : [];
  const [tenant, id, tries] = parts;
  if (!tenant || !id || !tries || parts.length > 3) return undefined;
  return { stream: jobStream(tenant, id), tries: Number(tries) };
}

/** How a recording is transcribed by the service. */
interface Delegation {
  readonly codec: string;
  readonly language: string | undefined;
  readonly byChannel: boolean;
}

/**
 * Starts a job of the service for a recording.
 * @throws DomainError `unsupported-media` when the service does not take such files, or refuses this one
 */
export async function delegate(
  { objects, batch, prefix }: DelegationDependencies,
  context: WorkContext,
  { codec, language, byChannel }: Delegation,
): Promise<void> {
  const { tenant, contentId, jobId } = context;
  const { key, mediaType } = await soundOf(objects, context, codec);
  const started = batch.start({
    name: transcriptionJobName(prefix, context),
    uri: `s3://${objects.bucket}/${key}`,
    mediaType,
    language: language && transcribeCode(language),
    byChannel,
    outputBucket: objects.bucket,
    outputKey: delegatedKey(tenant, contentId, jobId),
  });
  await started.catch(async (error: unknown) => {
    if (key !== context.content.objectKey) await objects.delete(key);
    throw isRefusal(error) ? refusedBy('transcription service', 'recording', error) : error;
  });
}

/** The file that the service reads: the uploaded one, or a copy of its sound where the service does not take its container. */
async function soundOf(
  objects: ContentObjects,
  { tenant, contentId, jobId, content: { objectKey, bytes, contentType }, signal, endsAt }: WorkContext,
  codec: string,
): Promise<{ readonly key: string; readonly mediaType: MediaType }> {
  const mediaType = toMediaType(contentType);
  if (!mediaType) throw new Error(`${contentType} is no media type of this platform`);
  if (takesFormat(mediaType, codec)) return { key: objectKey, mediaType };
  const target = soundKey(tenant, contentId, jobId);
  const budget = readingBudget(bytes, endsAt);
  const copied = await copySound(objects, { key: objectKey, bytes, target, signal, budget });
  if (copied) return { key: target, mediaType: copied };
  throw new DomainError(
    'unsupported-media',
    `The recording goes to Amazon Transcribe, for its language or its codec, and that service does not take ${mediaType}. Convert it, for example to MP3 or M4A, and upload that.`,
  );
}

/** Takes the service's transcript or its failure, once for any number of events, and deletes what the service wrote. */
export async function conclude(dependencies: ConclusionDependencies, event: TranscribeEnded): Promise<void> {
  const { TranscriptionJobName: name, TranscriptionJobStatus: status } = Ended.parse(event.detail);
  const work = parseJobName(dependencies.prefix, name);
  if (!work) return;
  const { stream, tries } = work;
  const state = await currentState(dependencies.store, job, stream);
  if (state.status !== 'none' && state.tries === tries) {
    const { contentId } = state;
    const metadata = { correlationId: event.id, causationId: event.id, actor: 'function:audio-handler' };
    if (isDelegated(state)) await settle(dependencies, { name, status, stream, contentId, metadata });
    for (const keyOf of [delegatedKey, writeCheckKey, soundKey]) {
      await dependencies.objects.delete(keyOf(stream.tenant, contentId, stream.id));
    }
  }
  await dependencies.batch.forget(name);
}

/** A job of the service that has ended, and the job it was started for. */
interface EndedWork {
  readonly name: string;
  readonly status: z.infer<typeof Ended>['TranscriptionJobStatus'];
  readonly stream: StreamId;
  readonly contentId: string;
  readonly metadata: EventMetadata;
}

/** Ends the job with the transcript, or with the reason why there is none. */
async function settle(dependencies: ConclusionDependencies, ended: EndedWork): Promise<void> {
  const { store, batch } = dependencies;
  const { name, status, stream, metadata } = ended;
  const fail = (reason: string, retriable: boolean) =>
    execute(store, job, stream, metadata, (before) => failJob(before, reason, retriable));
  if (status === 'FAILED') {
    const reason = await batch.failureOf(name);
    await fail(`Amazon Transcribe could not transcribe it${reason ? `: ${reason}` : '.'}`, true);
    return;
  }
  try {
    await attach(dependencies, ended);
    await execute(store, job, stream, metadata, completeDelegated);
  } catch (error) {
    // The item was deleted, or is no recording any more.
    const refusal =
      error instanceof DomainError ? error : await refusalIfDeleted(store, stream.tenant, ended.contentId);
    if (!refusal) throw error;
    await fail(refusal.message, false);
  }
}

/** @throws DomainError `not-found` when the item is gone */
async function attach(
  { store, objects, secondsOf }: ConclusionDependencies,
  { stream: { tenant, id: jobId }, contentId, metadata }: EndedWork,
): Promise<void> {
  const stream = contentStream(tenant, contentId);
  const item = ready(await currentState(store, content, stream), contentId, contentKinds, new Date());
  const output = await objects.readJson(delegatedKey(tenant, contentId, jobId));
  const transcript = readTranscript(output, await secondsOf(item));
  const attached = await saveTranscript(store, objects, { tenant, contentId, jobId }, transcript);
  await execute(store, content, stream, metadata, attached);
}
