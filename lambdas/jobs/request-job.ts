import { type DomainEvent, type EventMetadata, jobStream } from '@nova/shared/events/index';
import { v7 as uuid } from 'uuid';
import { execute } from '../commands/execute.ts';
import { notFound } from '../domain/errors.ts';
import { job } from '../domain/job.ts';
import { StreamErasedError } from '../event-store/encryption/encryption.ts';
import type { EventStore } from '../event-store/store.ts';

/**
 * Asks for a job. It is on record when this returns; a function picks it up from the bus.
 * @param jobId for callers that may ask twice: asking again with the same id changes nothing
 * @returns the job's id
 * @throws DomainError `not-found` when the content item was erased meanwhile: what is asked about it may not be kept
 */
export async function requestJob(
  store: EventStore,
  tenant: string,
  wanted: DomainEvent<'JobRequested'>['data'],
  metadata: EventMetadata,
  jobId: string = uuid(),
): Promise<string> {
  const stream = jobStream(tenant, jobId);
  try {
    await execute(store, job, stream, metadata, (state) =>
      state.status === 'none' ? [{ type: 'JobRequested', data: wanted }] : [],
    );
  } catch (error) {
    throw error instanceof StreamErasedError ? notFound('content', wanted.contentId) : error;
  }
  return jobId;
}
