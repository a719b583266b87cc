import type { DomainEvent, JobEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { type ExistingJob, givenUp, type JobState, leaseOver, progressed, type Worker } from './job.ts';
import { atWork, evolveSegment, type JobSegment, type SegmentEvent } from './job-segment.ts';

/**
 * Splits the job into segments; from here on each segment has its own events. Segments that an earlier attempt finished
 * are not processed again.
 * @param byChannel whether the channels of the recording are processed separately
 */
export function workInSegments(state: JobState, worker: string, byChannel?: true): JobEvent[] {
  if (state.status !== 'running' || state.worker !== worker) return [];
  const events: DomainEvent<'JobPartRequested'>[] = [];
  let parts = state.parts;
  for (;;) {
    const next = nextSegment({ ...state, parts }, byChannel);
    if (!next) return events;
    events.push(next);
    parts = evolveSegment(parts, next);
  }
}

/**
 * A worker takes a segment. Returns no event when the job or the segment has ended or another worker holds it. After
 * {@link limits.jobAttempts} starts the whole job fails instead.
 */
export function startSegment(state: JobState, part: number, worker: Worker): JobEvent[] {
  const known = state.status === 'running' ? state.parts[part] : undefined;
  if (!known || known.status === 'done') return [];
  const held = known.status === 'running' && known.worker !== worker.id;
  if (held && !leaseOver(known.leaseUntil, worker.now)) return [];
  if (known.attempts >= limits.jobAttempts) return [givenUp(known.attempts)];
  const data = {
    part,
    attempt: known.attempts + 1,
    worker: worker.id,
    leaseUntil: worker.leaseUntil.toISOString(),
  };
  return [{ type: 'JobPartStarted', data }];
}

/** The segment that a worker holds; undefined when another worker took it over or the job has ended. */
export function segmentHeldBy(state: JobState, part: number, worker: string): JobSegment | undefined {
  const known = state.status === 'running' ? state.parts[part] : undefined;
  return known?.status === 'running' && known.worker === worker ? known : undefined;
}

/** Records where the segment ends. The end is final, and the next segment may begin. */
export function cutSegment(
  state: JobState,
  part: number,
  worker: string,
  cut: { readonly until: number; readonly last: boolean },
): JobEvent[] {
  const held = segmentHeldBy(state, part, worker);
  if (!held || held.until !== undefined) return [];
  return withNext(state, { type: 'JobPartCut', data: { part, ...cut } });
}

/** Completes a segment. */
export function finishSegment(state: JobState, part: number, worker: string): JobEvent[] {
  if (!segmentHeldBy(state, part, worker)) return [];
  return withNext(state, { type: 'JobPartDone', data: { part } });
}

function withNext(state: JobState, event: SegmentEvent): JobEvent[] {
  if (state.status !== 'running') return [];
  const next = nextSegment({ ...state, parts: evolveSegment(state.parts, event) });
  return next ? [event, next] : [event];
}

/** The segment that may begin now: one that an earlier attempt left over, or the one after the last, which is like the first. */
function nextSegment(
  { parts, task }: ExistingJob,
  byChannel = parts[0]?.byChannel,
): DomainEvent<'JobPartRequested'> | undefined {
  const request = (part: number, from: number) => {
    const data = { kind: task.kind, part, from, ...(byChannel && { byChannel }) };
    return { type: 'JobPartRequested', data } as const;
  };
  if (atWork(parts).length >= limits.jobSegmentsAtOnce) return undefined;
  const waiting = parts.findIndex(({ status }) => status === 'waiting');
  if (waiting >= 0) return request(waiting, parts[waiting]?.from ?? 0);
  const last = parts.at(-1);
  if (!last) return request(0, 0);
  return last.until === undefined || last.last ? undefined : request(parts.length, last.until);
}

/** Whether every segment is finished. */
export function allSegmentsDone(state: JobState): state is ExistingJob {
  if (state.status !== 'running') return false;
  return state.parts.at(-1)?.last === true && state.parts.every(({ status }) => status === 'done');
}

/** Completes the job, once the merged result is attached. */
export function completeSegments(state: JobState): JobEvent[] {
  return allSegmentsDone(state) ? [{ type: 'JobCompleted', data: {} }] : [];
}

/**
 * Records the progress of a segment.
 * @param done seconds or pages of the segment that are processed
 * @param total seconds or pages that are the whole work
 */
export function progressSegment(
  state: JobState,
  { part, worker, done, total, stage }: SegmentProgress,
): JobEvent[] {
  if (state.status !== 'running' || !segmentHeldBy(state, part, worker)) return [];
  const all = state.parts.reduce(
    (sum, { status, from, until }) => sum + (status === 'done' && until !== undefined ? until - from : 0),
    done,
  );
  const percent = Math.min(worked, (all / total) * worked);
  return percent - state.percent >= progressStep ? progressed(state, percent, stage) : [];
}

export interface SegmentProgress {
  readonly part: number;
  readonly worker: string;
  readonly done: number;
  readonly total: number;
  readonly stage: string;
}

/** Smallest increase of progress that is recorded, percent: each record is an event. */
const progressStep = 5;
/** Percent at which all segments are finished and only the result remains to be stored. */
const worked = 95;
