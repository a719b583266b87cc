import { eventSource, jobStream, type StreamId } from '@nova/shared/events/index';
import * as z from 'zod';

/** A call to make. It does not name the receiver: the job's stream does, encrypted. */
export interface DueCall {
  readonly stream: StreamId;
  /** Version of the event that ended the job. */
  readonly delivery: number;
  /** Number of the call; the first one since the delivery was last requested when absent. */
  readonly attempt?: number;
  /** Number of times that this call was put off. */
  readonly putOff: number;
}

/** `detail-type` of the event that a schedule sends. */
const dueType = 'WebhookDue';

const Scheduled = z.object({
  source: z.literal(eventSource),
  'detail-type': z.literal(dueType),
  detail: z.object({
    tenant: z.string(),
    jobId: z.string(),
    delivery: z.int().positive(),
    attempt: z.int().positive(),
    putOff: z.int().nonnegative(),
  }),
});

/** The event that a schedule sends for a call. */
export const scheduledEvent = ({ stream, ...call }: Required<DueCall>): z.input<typeof Scheduled> => ({
  source: eventSource,
  'detail-type': dueType,
  detail: { tenant: stream.tenant, jobId: stream.id, ...call },
});

/** The call of such an event; undefined for another event. */
export function parseScheduled(event: unknown): DueCall | undefined {
  const parsed = Scheduled.safeParse(event);
  if (!parsed.success) return undefined;
  const { tenant, jobId, ...call } = parsed.data.detail;
  return { stream: jobStream(tenant, jobId), ...call };
}
