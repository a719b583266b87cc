import { limits } from '@nova/shared/limits';
import { defaultReactions } from '@nova/shared/models';
import { v7 as uuid } from 'uuid';
import { expect, it } from 'vitest';
import { reactionJobs } from './reaction-jobs.ts';

const uploaded = (occurredAt: Date) => ({
  ...({ type: 'ContentUploaded', id: 't#content#c@2', occurredAt: occurredAt.toISOString() } as const),
  data: { kind: 'video' } as const,
});

it('sort before the job of a request that found the file and recorded its arrival', () => {
  const receivedAt = Date.now();
  const requested = uuid({ msecs: receivedAt });

  const recordedAt = new Date(receivedAt + limits.gatewayTimeoutMs - 1);
  const [automatic] = reactionJobs(uploaded(recordedAt), defaultReactions);

  expect(automatic?.task).toEqual({ kind: 'analysis' });
  expect((automatic?.jobId ?? '') < requested).toBe(true);
});

it('are the same jobs for the same event', () => {
  const event = uploaded(new Date());

  expect(reactionJobs(event, defaultReactions)).toEqual(reactionJobs(event, defaultReactions));
});
