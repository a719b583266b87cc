import type { Job } from '@nova/shared/api/jobs';
import { jobStream } from '@nova/shared/events/index';
import { apiStage } from '@nova/shared/routes';
import { currentState, execute } from '../../commands/execute.ts';
import { cancelJob, job, retryJob } from '../../domain/job.ts';
import type { JobRow } from '../../domain/projections/job.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { RouteHandlers } from '../../http/api.ts';
import { existingRow } from '../../read-model/caught-up.ts';
import type { ReadModel } from '../../read-model/rows.ts';
import type { BudgetCheck } from '../../usage/budget-check.ts';

/** Jobs: get, cancel, retry. */
export function jobs(
  store: EventStore,
  rows: ReadModel,
  checkBudget: BudgetCheck,
): RouteHandlers<'getJob' | 'cancelJob' | 'retryJob'> {
  return {
    async getJob({ tenant, id }) {
      return toJob(await existingRow<JobRow>(rows, store, jobStream(tenant, id)));
    },

    async cancelJob({ tenant, id, metadata }) {
      const stream = jobStream(tenant, id);
      await execute(store, job, stream, metadata, (state) => cancelJob(state, id));
      return undefined;
    },

    async retryJob({ tenant, id, metadata }) {
      const stream = jobStream(tenant, id);
      // A job in progress is not requested again, so it needs no budget.
      if (retryJob(await currentState(store, job, stream), id).length > 0) await checkBudget(tenant);
      const { state } = await execute(store, job, stream, metadata, (before) => retryJob(before, id));
      const status = state.status === 'none' ? 'queued' : state.status;
      return { jobId: id, status, href: `/${apiStage}/jobs/${id}` };
    },
  };
}

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
