import type { Job } from '@nova/shared/api/jobs';
import { jobStream } from '@nova/shared/events/index';
import { apiStage } from '@nova/shared/routes';
import { currentState, execute } from '../../commands/execute.ts';
import { cancelJob, job, retryJob } from '../../domain/job.ts';
import { redriveWebhook } from '../../domain/job-webhook.ts';
import type { JobRow } from '../../domain/projections/job.ts';
import type { RouteHandlers } from '../../http/api.ts';
import type { JobAdmission } from '../../jobs/accept-job.ts';
import { slotOf } from '../../jobs/queue/slot.ts';
import { existingRow } from '../../read-model/caught-up.ts';
import type { ReadModel } from '../../read-model/rows.ts';
import { logger } from '../../runtime/instrumentation.ts';
import { idsCreated } from './created.ts';

/** Jobs: list, get, cancel, retry, call their webhooks again. */
export function jobs(
  { store, checkBudget, queue }: JobAdmission,
  rows: ReadModel,
): RouteHandlers<'listJobs' | 'getJob' | 'cancelJob' | 'retryJob' | 'redriveWebhook'> {
  return {
    async listJobs({ tenant, query: { limit, cursor, kind, status, contentId, ...created } }) {
      const page = await rows.page<JobRow>(
        { tenant, collection: 'job' },
        {
          limit,
          cursor,
          order: 'descending',
          where: (row) =>
            (kind === undefined || row.kind === kind) &&
            (status === undefined || row.status === status) &&
            (contentId === undefined || row.contentId === contentId),
          ...idsCreated(created),
        },
      );
      const { rows: found, ...next } = page;
      return { items: found.map(toJob), ...next };
    },

    async getJob({ tenant, id, metadata }) {
      const row = await existingRow<JobRow>(rows, store, jobStream(tenant, id));
      // If the event of the end before it was lost, nothing else lets the job run.
      if (row.status === 'queued') await queue.revive(tenant, metadata).catch(reportNotRevived);
      return toJob(row);
    },

    async cancelJob({ tenant, id, metadata }) {
      const stream = jobStream(tenant, id);
      await execute(store, job, stream, metadata, (state) => cancelJob(state, id));
      return undefined;
    },

    async retryJob({ tenant, id, metadata }) {
      const stream = jobStream(tenant, id);
      const retry = () => execute(store, job, stream, metadata, (before) => retryJob(before, id));
      const known = await currentState(store, job, stream);
      // A job in progress is not requested again.
      const isRetry = known.status !== 'none' && retryJob(known, id).length > 0;
      if (isRetry) await checkBudget(tenant);
      const { state } = await (isRetry ? queue.admit(tenant, [slotOf(id, known.tries + 1)], retry) : retry());
      const status = state.status === 'none' ? 'queued' : state.status;
      return { jobId: id, status, href: `/${apiStage}/jobs/${id}` };
    },

    async redriveWebhook({ tenant, id, metadata }) {
      const stream = jobStream(tenant, id);
      await execute(store, job, stream, metadata, (before) => redriveWebhook(before, id));
      return { jobId: id, status: 'pending', href: `/${apiStage}/jobs/${id}` };
    },
  };
}

const reportNotRevived = (error: Error) =>
  logger.warn("The key's waiting jobs could not be looked at; a later request does it again", error);

function toJob(row: JobRow): Job {
  const { jobId, kind, contentId, status, percent, stage, failure, webhook, createdAt, updatedAt } = row;
  const done = status === 'done';
  return {
    jobId,
    kind,
    contentId,
    status,
    progress: { percent, stage },
    ...(failure ? { failure } : {}),
    ...(done ? { result: { href: `/${apiStage}/content/${contentId}` } } : {}),
    ...(webhook ? { webhook } : {}),
    createdAt,
    updatedAt,
  };
}
