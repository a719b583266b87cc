import { limits } from '@nova/shared/limits';
import { expect, it } from 'vitest';
import type { ExistingJob } from './job.ts';
import { failIfLost } from './lost-job.ts';

const lease = '2026-01-01T00:00:00.000Z';
const later = (ms: number) => new Date(Date.parse(lease) + ms);
const running = { status: 'running', leaseUntil: lease, parts: [] } as unknown as ExistingJob;
const withPart = (leaseUntil: string) =>
  ({ ...running, parts: [{ from: 0, status: 'running', attempts: 1, leaseUntil }] }) satisfies ExistingJob;

it('fails a job a day after the last function that held it, so that it may be retried', () => {
  expect(failIfLost(running, later(limits.lostJobMs))).toMatchObject([
    { type: 'JobFailed', data: { retriable: true } },
  ]);
});

it.each([
  ['within the day', running, limits.lostJobMs - 1],
  ['while a segment is held', withPart(later(1000).toISOString()), limits.lostJobMs],
  ['that waits', { ...running, status: 'queued' } as ExistingJob, 2 * limits.lostJobMs],
  ['that has ended', { ...running, status: 'done' } as ExistingJob, 2 * limits.lostJobMs],
])('leaves a job %s alone', (_, state, ms) => {
  expect(failIfLost(state, later(ms))).toEqual([]);
});
