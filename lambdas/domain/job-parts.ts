import type { DomainEvent, JobEvent } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { type ExistingJob, givenUp, type JobState, leaseOver, progressed, type Worker } from './job.ts';
import { atWork, evolvePart, type JobPart, type PartEvent } from './job-part.ts';

/**
 * The job's worker leaves the job to its parts: from here on each is an event of its own. Parts that were done in an
 * earlier try are not done again.
 */
export function workInParts(state: JobState, worker: string): JobEvent[] {
  if (state.status !== 'running' || state.worker !== worker) return [];
  const events: DomainEvent<'JobPartRequested'>[] = [];
  let parts = state.parts;
  for (;;) {
    const next = nextPart({ ...state, parts });
    if (!next) return events;
    events.push(next);
    parts = evolvePart(parts, next);
  }
}

/**
 * A worker takes a part. Nothing when the job or the part has ended or another worker holds it. After
 * {@link limits.jobAttempts} starts the whole job is failed instead.
 */
export function startPart(state: JobState, part: number, worker: Worker): JobEvent[] {
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

/** The part as a worker has it; undefined when it was taken from it, or the job ended. */
export function partHeldBy(state: JobState, part: number, worker: string): JobPart | undefined {
  const known = state.status === 'running' ? state.parts[part] : undefined;
  return known?.status === 'running' && known.worker === worker ? known : undefined;
}

/** The part's worker has found where it ends. Once said, it stands; the part behind it may begin. */
export function cutPart(
  state: JobState,
  part: number,
  worker: string,
  cut: { readonly until: number; readonly last: boolean },
): JobEvent[] {
  const held = partHeldBy(state, part, worker);
  if (!held || held.until !== undefined) return [];
  return withNext(state, { type: 'JobPartCut', data: { part, ...cut } });
}

/** The part's worker is done. */
export function finishPart(state: JobState, part: number, worker: string): JobEvent[] {
  if (!partHeldBy(state, part, worker)) return [];
  return withNext(state, { type: 'JobPartDone', data: { part } });
}

function withNext(state: JobState, event: PartEvent): JobEvent[] {
  if (state.status !== 'running') return [];
  const next = nextPart({ ...state, parts: evolvePart(state.parts, event) });
  return next ? [event, next] : [event];
}

/** The part that may begin now: one that an earlier try left over, or the one behind the last. */
function nextPart({ parts, task }: ExistingJob): DomainEvent<'JobPartRequested'> | undefined {
  const request = (part: number, from: number) =>
    ({ type: 'JobPartRequested', data: { kind: task.kind, part, from } }) as const;
  if (atWork(parts).length >= limits.jobPartsAtOnce) return undefined;
  const waiting = parts.findIndex(({ status }) => status === 'waiting');
  if (waiting >= 0) return request(waiting, parts[waiting]?.from ?? 0);
  const last = parts.at(-1);
  if (!last) return request(0, 0);
  return last.until === undefined || last.last ? undefined : request(parts.length, last.until);
}

/** Whether every part of the recording is done. */
export function allPartsDone(state: JobState): state is ExistingJob {
  if (state.status !== 'running') return false;
  return state.parts.at(-1)?.last === true && state.parts.every(({ status }) => status === 'done');
}

/** What the parts have come to is attached: the job is done. */
export function completeParts(state: JobState): JobEvent[] {
  return allPartsDone(state) ? [{ type: 'JobCompleted', data: {} }] : [];
}

/**
 * A part's worker says how far it is.
 * @param seconds of the part that are done
 * @param total seconds of the recording
 */
export function progressPart(
  state: JobState,
  { part, worker, seconds, total, stage }: PartProgress,
): JobEvent[] {
  if (state.status !== 'running' || !partHeldBy(state, part, worker)) return [];
  const done = state.parts.reduce(
    (sum, { status, from, until }) => sum + (status === 'done' && until !== undefined ? until - from : 0),
    seconds,
  );
  const percent = Math.min(worked, (done / total) * worked);
  return percent - state.percent >= progressStep ? progressed(state, percent, stage) : [];
}

export interface PartProgress {
  readonly part: number;
  readonly worker: string;
  readonly seconds: number;
  readonly total: number;
  readonly stage: string;
}

/** Progress is recorded when it has grown by this much, percent: each record is an event. */
const progressStep = 5;
/** Percent at which the parts are done and only their result is to be kept. */
const worked = 95;
