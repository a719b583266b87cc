import * as z from 'zod';
import { Id } from '../ids.ts';
import { jobKinds } from '../vocabulary.ts';
import { Instant } from './common.ts';

/** Where to tell that a job has ended, and what the call is signed with. */
export const Webhook = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must be an https address' })
    .max(2048)
    .describe('Called by POST at the end of the job: https, and no internal address'),
  secret: z
    .string()
    .regex(
      /^whsec_(?=[A-Za-z0-9+/=]{32,88}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
      'must be whsec_ and then 24 to 64 random bytes in base64',
    )
    .describe('Signs each call, as Standard Webhooks has it: whsec_ and 24 to 64 random bytes in base64'),
});
export type Webhook = z.infer<typeof Webhook>;

/** How jobs end, by the event that says so. */
export const jobEnds = {
  JobCompleted: 'done',
  JobFailed: 'failed',
  JobCancelled: 'cancelled',
} as const;

/** Body of the call. */
export const JobEnded = z.object({
  type: z.enum(['job.done', 'job.failed', 'job.cancelled']),
  timestamp: Instant.describe('When the job ended'),
  data: z.object({
    jobId: Id,
    kind: z.enum(jobKinds),
    contentId: Id,
    status: z.enum(Object.values(jobEnds)),
    failure: z.object({ reason: z.string(), retriable: z.boolean() }).optional(),
    href: z.string().describe('Where the job is'),
  }),
});
export type JobEnded = z.infer<typeof JobEnded>;

/** Headers of the call. Source: Standard Webhooks specification, "Webhook metadata" and "Signature scheme". */
export const webhookHeaders = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const;
