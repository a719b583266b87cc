import type { JobEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './aggregate.ts';
import {
  cancelJob,
  completeJob,
  ended,
  failJob,
  heldBy,
  type JobState,
  job,
  progressJob,
  startJob,
} from './job.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
const requested: JobEvent = {
  type: 'JobRequested',
  data: { contentId: 'c', task: { kind: 'transcription' } },
};
const worker = (id: string, now: number, lease = 300) => ({ id, now: at(now), leaseUntil: at(now + lease) });
const after = (...events: readonly JobEvent[]) => fold(job, [requested, ...events]);

/** The history of a job as a list of commands in any order, each decided on the state of that moment. */
type Step = { readonly who: string; readonly what: 'start' | 'progress' | 'complete' | 'fail' | 'cancel' };
const steps = fc.array(
  fc.record<Step>({
    who: fc.constantFrom('w1', 'w2', 'w3'),
    what: fc.constantFrom('start', 'progress', 'complete', 'fail', 'cancel'),
  }),
  { maxLength: 40 },
);

function attempt(state: JobState, { who, what }: Step, now: number): readonly JobEvent[] {
  switch (what) {
    case 'start':
      return startJob(state, worker(who, now, 5));
    case 'progress':
      return progressJob(state, who, 50, 'half');
    case 'complete':
      return completeJob(state, who);
    case 'fail':
      return failJob(state, 'broken', true);
    case 'cancel':
      return ended(state) ? [] : cancelJob(state, 'j');
  }
}

describe('a job', () => {
  it('belongs to the worker that started it', () => {
    const state = after(...startJob(after(), worker('w1', 0)));

    expect(heldBy(state, 'w1')).toBe(true);
    expect(heldBy(state, 'w2')).toBe(false);
  });

  it('does not start twice while its lease runs', () => {
    const running = after(...startJob(after(), worker('w1', 0)));

    expect(startJob(running, worker('w2', 299))).toEqual([]);
    expect(startJob(running, worker('w2', 300))).toMatchObject([
      { type: 'JobStarted', data: { attempt: 2 } },
    ]);
  });

  it('passes immediately to a retry of the same invocation', () => {
    const running = after(...startJob(after(), worker('w1', 0)));

    expect(startJob(running, worker('w1', 10))).toMatchObject([{ type: 'JobStarted', data: { attempt: 2 } }]);
  });

  it('fails instead of starting more often than allowed', () => {
    let state = after();
    for (let n = 0; n < limits.jobAttempts; n++) {
      state = fold(job, startJob(state, worker('w1', n)), state);
    }

    expect(startJob(state, worker('w1', 9))).toMatchObject([
      { type: 'JobFailed', data: { retriable: true } },
    ]);
  });

  it('is cancelled once, and not after its end', () => {
    const done = after(
      { type: 'JobStarted', data: { attempt: 1, worker: 'w', leaseUntil: '' } },
      {
        type: 'JobCompleted',
        data: {},
      },
    );

    expect(() => cancelJob(done, 'j')).toThrow(/is done and cannot be cancelled/);
    expect(cancelJob(after({ type: 'JobCancelled', data: {} }), 'j')).toEqual([]);
    expect(() => cancelJob(job.initialState, 'j')).toThrow(/no job with the id j/);
  });

  it('ends at most once, starts no more often than allowed, and never continues after its end, whatever the commands', () => {
    fc.assert(
      fc.property(steps, (tried) => {
        const history: JobEvent[] = [requested];
        let state = after();
        for (const [now, step] of tried.entries()) {
          const hadEnded = ended(state);
          const events = attempt(state, step, now);
          if (hadEnded) expect(events).toEqual([]);
          history.push(...events);
          state = fold(job, events, state);
        }
        const ends = history.filter(({ type }) => /Completed|Failed|Cancelled/.test(type));
        const starts = history.filter(({ type }) => type === 'JobStarted');
        expect(ends.length).toBeLessThanOrEqual(1);
        expect(starts.length).toBeLessThanOrEqual(limits.jobAttempts);
        expect(ended(state)).toBe(ends.length === 1);
        expect(fold(job, history)).toEqual(state);
      }),
    );
  });

  it('is completed at most once, by a worker that held it, whatever the workers’ clocks', () => {
    const clocks = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), {
      minLength: 40,
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, clocks, (tried, now) => {
        let state = after();
        let completions = 0;
        for (const [n, step] of tried.entries()) {
          const held = heldBy(state, step.who);
          const events = attempt(state, step, now[n] ?? 0);
          if (events.some(({ type }) => type === 'JobCompleted')) {
            completions += 1;
            expect(held).toBe(true);
          }
          state = fold(job, events, state);
        }
        expect(completions).toBeLessThanOrEqual(1);
      }),
    );
  });
});
