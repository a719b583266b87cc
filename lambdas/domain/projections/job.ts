import type { WebhookStatus } from '@nova/shared/api/webhooks';
import type { StreamEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import type { JobKind, JobStatus } from '@nova/shared/vocabulary';
import type { Projection } from './projection.ts';
import { later } from './projection.ts';

export interface JobRow {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly contentId: string;
  readonly status: JobStatus;
  readonly percent: number;
  readonly stage: string;
  readonly failure?: { readonly reason: string; readonly retriable: boolean };
  /** Absent for a job without a webhook. */
  readonly webhook?: WebhookStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One row for each job: the answer to `GET /jobs/{id}`. */
export const jobProjection: Projection<JobRow> = {
  collection: 'job',
  version: 2,
  evolve(row, event) {
    if (event.type === 'JobRequested') return requested(event);
    if (!row) throw new Error(`Job ${event.stream.id} starts with ${event.type}`);
    const { failure, ...before } = row;
    const kept = event.type === 'JobRetried' ? before : row;
    const webhook = webhookAfter(row.webhook, event);
    return {
      ...kept,
      ...change(event),
      ...(webhook ? { webhook } : {}),
      updatedAt: later(row.updatedAt, event.occurredAt),
    };
  },
};

/** The rows of version 1, which say nothing about webhooks. */
export const jobProjectionWithoutWebhooks: Projection<JobRow> = {
  collection: 'job',
  version: 1,
  evolve(row, event) {
    const { webhook: _, ...shown } = jobProjection.evolve(row, event);
    return shown;
  },
};

function requested(event: StreamEvent<'JobRequested'>): JobRow {
  return {
    jobId: event.stream.id,
    kind: event.data.task.kind,
    contentId: event.data.contentId,
    status: 'queued',
    percent: 0,
    stage: 'queued',
    ...(event.data.webhook ? { webhook: { status: 'pending', calls: [] } as const } : {}),
    createdAt: event.occurredAt,
    updatedAt: event.occurredAt,
  };
}

function change(event: StreamEvent): Partial<JobRow> {
  switch (event.type) {
    case 'JobRetried':
      return { status: 'queued', percent: 0, stage: 'queued' };
    case 'JobStarted':
      return { status: 'running', percent: 0, stage: 'started' };
    case 'JobProgressed':
      return event.data;
    case 'JobCompleted':
      return { status: 'done', percent: 100, stage: 'done' };
    case 'JobFailed':
      return { status: 'failed', stage: 'failed', failure: event.data };
    case 'JobCancelled':
      return { status: 'cancelled', stage: 'cancelled' };
    default:
      return {};
  }
}

/** What is shown of the webhook. Its address is in the request alone. */
function webhookAfter(before: WebhookStatus | undefined, event: StreamEvent): WebhookStatus | undefined {
  if (!before) return undefined;
  const { nextAt: _, ...shown } = before;
  switch (event.type) {
    case 'WebhookCalled': {
      const { at, status, failure, next } = event.data;
      const call = { at, ...(status === undefined ? {} : { status }), ...(failure ? { failure } : {}) };
      const calls = [...shown.calls, call].slice(-limits.webhookCallsShown);
      return { ...shown, calls, ...(next ? { nextAt: next } : {}) };
    }
    case 'WebhookEnded':
      return { ...shown, status: event.data.outcome };
    case 'WebhookRequested':
      return { ...shown, status: 'pending' };
    case 'JobRetried':
      return { ...shown, status: 'pending' };
    default:
      return before;
  }
}
