import * as z from 'zod';
import { Id } from '../ids.ts';
import { jobKinds, jobStatuses } from '../vocabulary.ts';
import { Instant } from './common.ts';

/** Where to tell that a job has ended. Only public https addresses are called. */
export const Webhook = z.strictObject({
  url: z
    .url()
    .max(2048)
    .refine(isPublicHttps, 'must be an https address of a public host, without a user name in it')
    .describe('Called with POST when the job has ended; see docs/jobs.md'),
  secret: z
    .string()
    .min(16)
    .max(256)
    .describe('Signs each call (Standard Webhooks: HMAC-SHA256 over id, timestamp and body)'),
});
export type Webhook = z.infer<typeof Webhook>;

/** What can be said of an address without asking DNS; who calls it looks at what its name leads to. */
function isPublicHttps(value: string): boolean {
  const url = URL.parse(value);
  return (
    url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname.includes('.')
  );
}

export const JobAccepted = z.object({
  jobId: Id,
  status: z.enum(jobStatuses),
  href: z.string().describe('Where to follow the job'),
});
export type JobAccepted = z.infer<typeof JobAccepted>;

export const JobsAccepted = z.object({ jobs: z.array(JobAccepted) });

export const Job = z.object({
  jobId: Id,
  kind: z.enum(jobKinds),
  contentId: Id,
  status: z.enum(jobStatuses),
  progress: z.object({ percent: z.int().min(0).max(100), stage: z.string() }),
  failure: z.object({ reason: z.string(), retriable: z.boolean() }).optional(),
  result: z.object({ href: z.string() }).optional().describe('Where the result is, once done'),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Job = z.infer<typeof Job>;
