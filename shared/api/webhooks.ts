import * as z from 'zod';
import { Id } from '../ids.ts';
import { jobKinds } from '../vocabulary.ts';
import { Instant } from './common.ts';

/** Where to report the end of a job, and the secret that signs the call. */
export const Webhook = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must be an https address' })
    .max(2048)
    .describe('Receives a POST when the job ends. Must be https and not an internal address'),
  secret: z
    .string()
    .regex(
      /^whsec_(?=[A-Za-z0-9+/=]{32,88}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
      'must be whsec_ followed by 24 to 64 random bytes in base64',
    )
    .describe(
      'Signs each call as Standard Webhooks specifies: whsec_ followed by 24 to 64 random bytes in base64',
    ),
});
export type Webhook = z.infer<typeof Webhook>;

/** Final status of a job, by the event that ends it. */
export const jobEnds = {
  JobCompleted: 'done',
  JobFailed: 'failed',
  JobCancelled: 'cancelled',
} as const;

/** Body of the webhook call. */
export const JobEnded = z.object({
  type: z.enum(['job.done', 'job.failed', 'job.cancelled']),
  timestamp: Instant.describe('When the job ended'),
  data: z.object({
    jobId: Id,
    kind: z.enum(jobKinds),
    contentId: Id,
    status: z.enum(Object.values(jobEnds)),
    failure: z.object({ reason: z.string(), retriable: z.boolean() }).optional(),
    href: z.string().describe('Path of the job'),
  }),
});
export type JobEnded = z.infer<typeof JobEnded>;

/** How a delivery ended. `refused`: the receiver answered 410. `unwanted`: the item was deleted. */
export const deliveryOutcomes = ['delivered', 'refused', 'undelivered', 'unwanted'] as const;

/** What a reader of a job sees of its webhook: never its address. */
export const WebhookStatus = z.object({
  status: z
    .enum(['pending', ...deliveryOutcomes])
    .describe(
      'pending: a call is to come, at the latest when the job ends; delivered: the receiver answered 2xx; refused: it answered 410; undelivered: no call of a day was accepted; unwanted: the item was deleted',
    ),
  nextAt: Instant.optional().describe('When the next call is due; it may be a minute late'),
  calls: z
    .array(
      z.object({
        at: Instant,
        status: z.int().optional().describe('HTTP status of the answer'),
        failure: z.string().optional().describe('Why there was no answer, such as TIMEOUT or ECONNREFUSED'),
      }),
    )
    .describe('The last 20 calls, the newest last'),
});
export type WebhookStatus = z.infer<typeof WebhookStatus>;

export const WebhookAccepted = z.object({
  jobId: Id,
  status: z.literal('pending'),
  href: z.string().describe('Path of the job, to follow the calls'),
});
export type WebhookAccepted = z.infer<typeof WebhookAccepted>;

/** Headers of the webhook call. Source: Standard Webhooks specification, "Webhook metadata" and "Signature scheme". */
export const webhookHeaders = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const;
