import * as z from 'zod';
import { Id } from '../ids.ts';
import { jobKinds, jobStatuses } from '../vocabulary.ts';
import { CreatedRange, Cursor, Instant, NextCursor, PageSize, Progress } from './common.ts';
import { WebhookStatus } from './webhooks.ts';

export const JobAccepted = z.object({
  jobId: Id,
  status: z.enum(jobStatuses),
  href: z.string().describe('Path of the job, to follow its progress'),
});
export type JobAccepted = z.infer<typeof JobAccepted>;

export const JobsAccepted = z.object({ jobs: z.array(JobAccepted) });

export const Job = z.object({
  jobId: Id,
  kind: z.enum(jobKinds),
  contentId: Id,
  status: z.enum(jobStatuses),
  progress: Progress,
  failure: z.object({ reason: z.string(), retriable: z.boolean() }).optional(),
  result: z.object({ href: z.string() }).optional().describe('Path of the result, once the job is done'),
  webhook: WebhookStatus.optional().describe('Calls of the webhook, where the job has one'),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Job = z.infer<typeof Job>;

export const ListJobsQuery = z.strictObject({
  kind: z.enum(jobKinds).optional(),
  status: z.enum(jobStatuses).optional(),
  contentId: Id.optional().describe('Jobs on this content item'),
  ...CreatedRange,
  limit: PageSize,
  cursor: Cursor,
});

export const JobPage = z.object({ items: z.array(Job), nextCursor: NextCursor });
export type JobPage = z.infer<typeof JobPage>;
