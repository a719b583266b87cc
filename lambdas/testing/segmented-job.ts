import {
  type ContentEvent,
  contentStream,
  type JobTask,
  jobStream,
  type PublishedEvent,
} from '@nova/shared/events/index';
import { mediaTypes, toMediaType } from '@nova/shared/media-types';
import { eventId } from '@nova/shared/tables';
import type { Context } from 'aws-lambda';
import { currentState, execute } from '../commands/execute.ts';
import { content } from '../domain/content.ts';
import { job } from '../domain/job.ts';
import type { EventStore } from '../event-store/store.ts';
import { isWork, type JobWork, type RunDependencies } from '../jobs/job-run.ts';
import { runInSegments, type WorkInSegments } from '../jobs/run-in-segments.ts';
import type { BudgetCheck } from '../usage/budget-check.ts';
import { memoryBudget } from './memory-budget.ts';
import { memoryJobQueue } from './memory-job-slots.ts';

const tenant = 't';
const contentId = '019ab000-0000-7000-8000-000000000001';
const jobId = '019ab000-0000-7000-8000-000000000002';
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };

/** The identifiers of the job that tests run. */
export const segmentedJobFixture = {
  tenant,
  contentId,
  jobId,
  metadata,
  item: contentStream(tenant, contentId),
  stream: jobStream(tenant, jobId),
} as const;

export interface SegmentedJob {
  readonly task: JobTask;
  readonly file: { readonly contentType: string; readonly bytes: number; readonly objectKey: string };
}

/** An uploaded file, and a requested job on it. */
export async function requestSegmentedJob(store: EventStore, { task, file }: SegmentedJob): Promise<void> {
  const kind = mediaTypes[toMediaType(file.contentType) ?? 'audio/wav'];
  const uploadExpiresAt = '2026-01-01T00:00:00.000Z';
  const uploaded: ContentEvent[] = [
    { type: 'ContentRegistered', data: { ...file, kind, filename: 'a file', uploadExpiresAt } },
    { type: 'ContentUploaded', data: { ...file, kind, etag: 'e' } },
  ];
  await execute(store, content, segmentedJobFixture.item, metadata, () => uploaded);
  await execute(store, job, segmentedJobFixture.stream, metadata, () => [
    { type: 'JobRequested', data: { contentId, task } },
  ]);
}

export interface Deliveries {
  /** The number of deliveries of each event; 1 when absent. */
  times?(event: JobWork): number;
  /** The key has tokens to spare when absent. */
  readonly checkBudget?: BudgetCheck;
  /** Called before each delivery. */
  before?(event: JobWork): Promise<void>;
}

/**
 * Delivers the events of the job to a worker until none is left, as the bus and Lambda do: concurrently, and again when
 * the worker throws, at most twice.
 */
export async function deliverAll<T extends JobTask>(
  store: EventStore,
  work: WorkInSegments<T>,
  { times = () => 1, before = async () => {}, checkBudget = memoryBudget(store) }: Deliveries = {},
): Promise<void> {
  const dependencies = {
    store,
    functionName: 'audio-handler',
    checkBudget,
    queue: memoryJobQueue(store),
  } as const;
  let delivered = 0;
  for (;;) {
    const { events } = await store.load(segmentedJobFixture.stream);
    const fresh = events
      .slice(delivered)
      .map((event) => ({ ...event, id: eventId(event.stream, event.version) }));
    if (fresh.length === 0) return;
    delivered = events.length;
    const due = fresh.filter(isWork).flatMap((event) => Array<JobWork>(times(event)).fill(event));
    await Promise.all(
      due.map(async (event, place) => {
        await before(event);
        await invoke(dependencies, event, `${event.id}/${place}`, work);
      }),
    );
  }
}

async function invoke<T extends JobTask>(
  dependencies: RunDependencies,
  event: JobWork,
  awsRequestId: string,
  work: WorkInSegments<T>,
): Promise<void> {
  const context = { awsRequestId, getRemainingTimeInMillis: () => 60_000 } as Context;
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      return await runInSegments(dependencies, event, context, work);
    } catch {
      // Lambda tries again.
    }
  }
}

export const jobState = (store: EventStore) => currentState(store, job, segmentedJobFixture.stream);

/** The history of a stream, as the names of its events. */
export const historyOf = async (store: EventStore, stream: PublishedEvent['stream']) =>
  (await store.load(stream)).events.map(({ type }) => type);
