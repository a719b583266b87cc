import { Id } from '@nova/shared/ids';
import { type Tool, tool } from '@strands-agents/sdk';
import * as z from 'zod';
import { notFound } from '../../../domain/errors.ts';
import type { JobRow } from '../../../domain/projections/job.ts';
import { headKey } from '../../../domain/projections/projection.ts';
import type { ReadModel } from '../../../platform/read-model/rows.ts';
import { answering } from './answer.ts';

const Input = z.object({ jobId: Id.describe('Id of the job') });

/** How a job of one tenant stands. */
export function getJob(rows: ReadModel, tenant: string): Tool {
  const look = async ({ jobId }: z.output<typeof Input>) => {
    const found = await rows.get<JobRow>(headKey({ tenant, aggregate: 'job', id: jobId }));
    if (!found) throw notFound('job', jobId);
    const { kind, contentId, status, percent, stage, failure } = found.row;
    return { jobId, kind, contentId, status, percent, stage, failure: failure?.reason ?? null };
  };
  return tool({
    name: 'get_job',
    description:
      'Says how a transcription, analysis or indexing job stands: status, percent done, stage, and why it failed if it did.',
    inputSchema: Input,
    callback: answering('get_job', look),
  });
}
