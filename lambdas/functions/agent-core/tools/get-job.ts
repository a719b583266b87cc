import { setTimeout as delay } from 'node:timers/promises';
import { jobStream } from '@nova/shared/events/index';
import { Id } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { type Tool, tool } from '@strands-agents/sdk';
import * as z from 'zod';
import { notFound } from '../../../domain/errors.ts';
import type { JobRow } from '../../../domain/projections/job.ts';
import { headKey } from '../../../domain/projections/projection.ts';
import { caughtUpRow } from '../../../read-model/caught-up.ts';
import { type ToolDependencies, toolCallback } from './tool.ts';

const Input = z.object({
  jobId: Id.describe('Id of the job'),
  waitSeconds: z
    .int()
    .min(0)
    .max(limits.agentJobWaitSeconds)
    .optional()
    .describe('Wait so long for its end; absent: look once. Use it when the user wants the result now'),
});

/** Milliseconds between two reads of a job while the tool waits for its end. */
const pollMs = 500;

/** The tool that reads the status of a job, now or once it has ended. */
export function getJob({ rows, store, caller: { tenant } }: ToolDependencies): Tool {
  const readStatus = async ({ jobId, waitSeconds = 0 }: z.output<typeof Input>, signal: AbortSignal) => {
    const stream = jobStream(tenant, jobId);
    const waitEnds = performance.now() + waitSeconds * 1000;
    let found = await caughtUpRow<JobRow>(rows, store, stream);
    while (found && isUnfinished(found.row) && performance.now() < waitEnds) {
      await delay(pollMs, undefined, { signal });
      found = (await rows.get<JobRow>(headKey(stream))) ?? found;
    }
    if (!found) throw notFound('job', jobId);
    const { kind, contentId, status, percent, stage, failure } = found.row;
    return { jobId, kind, contentId, status, percent, stage, failure: failure?.reason ?? null };
  };
  return tool({
    name: 'get_job',
    description:
      'Says how a transcription, analysis or indexing job stands: status, percent done, stage, and why it failed if it did. With waitSeconds it waits for the end.',
    inputSchema: Input,
    callback: toolCallback('get_job', readStatus),
  });
}

const isUnfinished = ({ status }: JobRow) => status === 'queued' || status === 'running';
