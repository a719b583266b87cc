import type { StreamId } from '@nova/shared/events/index';
import { toMediaType } from '@nova/shared/media-types';
import { delegatedKey } from '@nova/shared/objects';
import type { EventBridgeEvent } from 'aws-lambda';
import * as z from 'zod';
import { content } from '../../domain/content.ts';
import { completeDelegated, failJob, isDelegated, job } from '../../domain/job.ts';
import type { ContentObjects } from '../../platform/content/objects.ts';
import { currentState, execute } from '../../platform/events/execute.ts';
import type { EventStore } from '../../platform/events/store.ts';
import type { WorkContext } from '../../platform/jobs/job-run.ts';
import { saveResult } from '../../platform/jobs/save-result.ts';
import type { BatchTranscriber } from '../../platform/media/transcribe/batch.ts';
import { transcribeCode } from '../../platform/media/transcribe/languages.ts';
import { readTranscript } from '../../platform/media/transcribe/read-transcript.ts';
import { isRefusal, refusedBy } from '../../platform/models/errors.ts';

/** Recordings that the speech model does not write down itself: their language, or their coding, is not its own. */

export interface DelegationPorts {
  readonly store: EventStore;
  readonly objects: ContentObjects;
  readonly batch: BatchTranscriber;
  /** Starts the names of this stage's jobs. */
  readonly prefix: string;
}

/** A service's job has ended. Source: Amazon Transcribe developer guide, "Using Amazon EventBridge". */
const Ended = z.object({
  TranscriptionJobName: z.string(),
  TranscriptionJobStatus: z.enum(['COMPLETED', 'FAILED']),
});

export type TranscribeEnded = EventBridgeEvent<'Transcribe Job State Change', unknown>;

export function isTranscribeEnded(event: unknown): event is TranscribeEnded {
  const candidate = event as Partial<TranscribeEnded> | null;
  return candidate?.source === 'aws.transcribe' && candidate['detail-type'] === 'Transcribe Job State Change';
}

/** Tenant and job in a name: neither holds a dot. */
const nameOf = (prefix: string, { tenant, jobId }: Pick<WorkContext, 'tenant' | 'jobId'>) =>
  `${prefix}${tenant}.${jobId}`;

function streamOf(prefix: string, name: string): StreamId | undefined {
  const [tenant, id, ...more] = name.startsWith(prefix) ? name.slice(prefix.length).split('.') : [];
  return tenant && id && more.length === 0 ? { tenant, aggregate: 'job', id } : undefined;
}

/**
 * Gives a recording to the service.
 * @throws DomainError `unsupported-media` when the service refuses it
 */
export async function delegate(
  { objects, batch, prefix }: DelegationPorts,
  context: WorkContext,
  language: string | undefined,
): Promise<void> {
  const { tenant, contentId, jobId, content: item } = context;
  const mediaType = toMediaType(item.contentType);
  if (!mediaType) throw new Error(`${item.contentType} is no media type of ours`);
  const given = batch.start({
    name: nameOf(prefix, context),
    uri: `s3://${objects.bucket}/${item.objectKey}`,
    mediaType,
    language: language && transcribeCode(language),
    outputBucket: objects.bucket,
    outputKey: delegatedKey(tenant, contentId, jobId),
  });
  await given.catch((error: unknown) => {
    throw isRefusal(error) ? refusedBy('transcription service', 'recording', error) : error;
  });
}

/** Takes what the service has written, or its failure. Once however often the event comes. */
export async function conclude(ports: DelegationPorts, event: TranscribeEnded): Promise<void> {
  const { store, objects, batch, prefix } = ports;
  const { TranscriptionJobName: name, TranscriptionJobStatus: status } = Ended.parse(event.detail);
  const stream = streamOf(prefix, name);
  if (!stream) return;
  const { tenant, id: jobId } = stream;
  const state = await currentState(store, job, stream);
  const metadata = { correlationId: event.id, causationId: event.id, actor: 'function:audio-handler' };
  if (isDelegated(state)) {
    const { contentId } = state;
    if (status === 'COMPLETED') {
      const transcript = readTranscript(await objects.readJson(delegatedKey(tenant, contentId, jobId)));
      const { segments, durationSeconds } = transcript;
      const attach = await saveResult(store, objects, { tenant, contentId, jobId }, transcript, (saved) => ({
        type: 'TranscriptAttached',
        data: { ...saved, segments: segments.length, durationSeconds },
      }));
      await execute(store, content, { tenant, aggregate: 'content', id: contentId }, metadata, attach);
      await execute(store, job, stream, metadata, completeDelegated);
    } else {
      const reason = await batch.failureOf(name);
      const told = `Amazon Transcribe could not write it down${reason ? `: ${reason}` : '.'}`;
      await execute(store, job, stream, metadata, (before) => failJob(before, told, true));
    }
    await objects.delete(delegatedKey(tenant, contentId, jobId));
  }
  await batch.forget(name);
}
