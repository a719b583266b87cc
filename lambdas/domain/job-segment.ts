import type { DomainEvent } from '@nova/shared/events/index';

/** A stretch of a recording, or pages of a document, that one invocation processes. */
export interface JobSegment {
  /** Seconds from the start of the recording, or pages before it. */
  readonly from: number;
  /** End of the segment; absent until a worker has determined it. */
  readonly until?: number;
  /** True for the last segment. */
  readonly last?: boolean;
  /** `waiting`: left over from an earlier attempt at the job. */
  readonly status: 'waiting' | 'requested' | 'running' | 'done';
  readonly attempts: number;
  readonly worker?: string;
  readonly leaseUntil?: string;
  /** True for a recording whose channels are processed separately. */
  readonly byChannel?: true;
}

export type SegmentEvent = DomainEvent<'JobPartRequested' | 'JobPartStarted' | 'JobPartCut' | 'JobPartDone'>;

export function evolveSegment(
  parts: readonly JobSegment[],
  { type, data }: SegmentEvent,
): readonly JobSegment[] {
  const known = parts[data.part];
  if (type === 'JobPartRequested') {
    const { part, from, byChannel } = data;
    const requested = {
      ...known,
      from,
      status: 'requested',
      attempts: 0,
      ...(byChannel && { byChannel }),
    } as const;
    return parts.toSpliced(part, 1, requested);
  }
  if (!known) return parts;
  switch (type) {
    case 'JobPartStarted': {
      const { attempt, worker, leaseUntil } = data;
      return parts.with(data.part, { ...known, status: 'running', attempts: attempt, worker, leaseUntil });
    }
    case 'JobPartCut':
      return parts.with(data.part, { ...known, until: data.until, last: data.last });
    case 'JobPartDone':
      return parts.with(data.part, { ...known, status: 'done' });
  }
}

/** The segments that a worker holds or is invoked for. */
export const atWork = (parts: readonly JobSegment[]): readonly JobSegment[] =>
  parts.filter(({ status }) => status === 'requested' || status === 'running');

/** The segments at the start of a retry: finished segments stay finished. */
export const segmentsLeftOver = (parts: readonly JobSegment[]): readonly JobSegment[] =>
  parts.map(({ worker, leaseUntil, ...part }) =>
    part.status === 'done' ? part : { ...part, status: 'waiting', attempts: 0 },
  );
