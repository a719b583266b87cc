import type { JobEvent, JobTask } from '@nova/shared/events/index';
import { execute } from '../../../../lambdas/commands/execute.ts';
import {
  cancelJob,
  completeJob,
  failJob,
  type JobState,
  job,
  progressJob,
  startJob,
} from '../../../../lambdas/domain/job.ts';
import type { SeededRandom } from '../../seeded-random.ts';
import type { History } from './history.ts';

const worker = 'a-worker-of-chaos';
const leaseMs = 3_600_000;

/**
 * Jobs on content of which at most a registration exists. The functions receive each of them, and try to run it too if
 * no writer has started it: they append as well, and lose conflicts as well.
 */
export const jobHistory: History = {
  async write({ store, random, metadata, contentIds }, stream) {
    if (contentIds.length === 0) return false;
    const request = requestOf(random, random.pick(contentIds));
    const [place, percent] = [random.integer(1, 100), random.integer(0, 100)];
    const taken = random.chance(0.9);
    const { appended } = await execute(store, job, stream, metadata, (state) => {
      if (state.status === 'none') return taken ? [request, started(1)] : [request];
      if (state.status === 'queued') return startJob(state, thisWorker());
      if (state.status !== 'running') return [];
      return next(state, place, percent);
    });
    return appended.length > 0;
  },
  note: (random) => ({ type: 'JobProgressed', data: { percent: random.integer(0, 100), stage: 'at it' } }),
};

function next(state: JobState, place: number, percent: number): readonly JobEvent[] {
  if (place <= 3) return completeJob(state, worker);
  if (place <= 6) return failJob(state, 'Could not be done', false);
  if (place <= 8) return cancelJob(state, 'this');
  return [
    ...progressJob(state, worker, percent, 'at it'),
    ...progressJob(state, worker, Math.min(100, percent + 1), 'still at it'),
  ];
}

const thisWorker = () => {
  const now = new Date();
  return { id: worker, now, leaseUntil: new Date(now.getTime() + leaseMs) };
};

const started = (attempt: number): JobEvent => ({
  type: 'JobStarted',
  data: { attempt, worker, leaseUntil: thisWorker().leaseUntil.toISOString() },
});

function requestOf(random: SeededRandom, contentId: string): JobEvent {
  const tasks: readonly JobTask[] = [
    { kind: 'transcription' },
    { kind: 'analysis', questions: [`What is ${random.integer(1, 99)}?`] },
    { kind: 'indexing', source: 'document' },
  ];
  return { type: 'JobRequested', data: { contentId, task: random.pick(tasks) } };
}
