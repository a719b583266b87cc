import { createHash } from 'node:crypto';
import { type DomainEvent, type EventMetadata, jobStream } from '@nova/shared/events/index';
import { v7 as uuid } from 'uuid';
import { execute } from '../commands/execute.ts';
import { notFound } from '../domain/errors.ts';
import { job } from '../domain/job.ts';
import { StreamErasedError } from '../event-store/encryption/encryption.ts';
import type { EventStore } from '../event-store/store.ts';

/**
 * Requests a job. The request is recorded when this returns; a function receives it from the bus.
 * @param jobId for callers that may request twice: a second request with the same id changes nothing
 * @returns the job's id
 * @throws DomainError `not-found` when the content item was erased meanwhile: questions about it may not be kept
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

/**
 * A UUIDv7 that is the same for the same seed: its random part is a hash.
 * @param msecs time in its first bits, milliseconds since 1970
 */
export function derivedId(seed: string, msecs: number): string {
  const random = createHash('sha256').update(seed).digest();
  return uuid({ msecs, random, seq: random.readUInt32BE(16) >>> 1 });
}
