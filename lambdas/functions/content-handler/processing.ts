import type { Processing } from '@nova/shared/api/content';
import { contentStream, jobStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { eventId } from '@nova/shared/tables';
import type { LiveContentRow } from '../../domain/projections/content.ts';
import type { JobRow } from '../../domain/projections/job.ts';
import { headKey } from '../../domain/projections/projection.ts';
import { ownSource, type Reactions, type Trigger } from '../../domain/reactions.ts';
import { type ReactionJob, reactionJobs } from '../../jobs/reaction-jobs.ts';
import type { ReadModel } from '../../read-model/rows.ts';

/** What items started by themselves, in the order of the items. */
export type ProcessingOf = (
  tenant: string,
  items: readonly LiveContentRow[],
) => Promise<readonly (readonly Processing[])[]>;

/**
 * Reads what became of the jobs that uploads start. Their ids follow from the items' events, so no index leads to them, and a
 * job that is not requested yet is shown as queued.
 */
export function processingOf(
  rows: Pick<ReadModel, 'all'>,
  reactions: Reactions,
  now: () => number = Date.now,
): ProcessingOf {
  return async (tenant, items) => {
    const jobs = items.map((item) => jobsOf(tenant, item, reactions));
    const keys = jobs.flat().map(({ jobId }) => headKey(jobStream(tenant, jobId)));
    const found = new Map((await rows.all<JobRow>(keys)).map((row) => [row.jobId, row]));
    return jobs.map((ofItem, place) => {
      const shown = ofItem.flatMap((job) => entryOf(job, found.get(job.jobId), now()) ?? []);
      return [...shown.map((entry) => withWarnings(entry, items[place])), ...followers(shown)];
    });
  };
}

/** Milliseconds within which a job is requested after its event: EventBridge delivers the event, and Lambda processes it. */
const requestedWithinMs = 2 * limits.eventAgeSeconds * 1000;

const triggerTypes = ['ContentUploaded', 'TranscriptAttached', 'AnalysisAttached'] as const;

interface StartedJob extends ReactionJob {
  readonly occurredAt: string;
}

function jobsOf(tenant: string, item: LiveContentRow, reactions: Reactions): StartedJob[] {
  const stream = contentStream(tenant, item.contentId);
  return triggerTypes.flatMap((type) => {
    const moment = (item.triggers ?? triggersOfOldRow(item))[type];
    if (!moment) return [];
    const event: Trigger = type === 'ContentUploaded' ? { type, data: { kind: item.kind } } : { type };
    const { version, occurredAt } = moment;
    const jobs = reactionJobs({ ...event, id: eventId(stream, version), occurredAt }, reactions);
    return jobs.map((job) => ({ ...job, occurredAt }));
  });
}

/**
 * Rows of version 1 name no events. The arrival of a file is always the second event of its item; those of results are not known, so
 * the indexing that follows them is not shown.
 */
function triggersOfOldRow({ uploadedAt, react }: LiveContentRow): NonNullable<LiveContentRow['triggers']> {
  const unknown = uploadedAt === undefined || react === false;
  return unknown ? {} : { ContentUploaded: { version: 2, occurredAt: uploadedAt } };
}

/** @returns undefined when the job was never requested and no longer will be, as after a change of the stage's reactions */
function entryOf({ jobId, task, occurredAt }: StartedJob, row: JobRow | undefined, now: number) {
  const wait = now - Date.parse(occurredAt);
  if (!row && wait > requestedWithinMs) return undefined;
  const source = task.kind === 'indexing' ? { source: task.source } : {};
  const { status, percent, stage, failure } = row ?? waiting;
  const reason = failure ? { reason: failure.reason } : {};
  return { kind: task.kind, ...source, jobId, status, progress: { percent, stage }, ...reason };
}

/** What the item says that could not be read belongs to the job that read it. */
function withWarnings(entry: Processing, item: LiveContentRow | undefined): Processing {
  const { warnings = [] } = item?.document ?? {};
  const isReader = entry.kind === 'indexing' && item !== undefined && entry.source === ownSource[item.kind];
  return isReader && entry.status === 'done' && warnings.length > 0 ? { ...entry, warnings } : entry;
}

const waiting: Pick<JobRow, 'status' | 'percent' | 'stage' | 'failure'> = {
  status: 'queued',
  percent: 0,
  stage: 'queued',
};

/** The results that will be indexed once they exist. */
function followers(shown: readonly Processing[]): Processing[] {
  const results = [
    ['transcription', 'transcript'],
    ['analysis', 'scene'],
  ] as const;
  return results
    .filter(([kind, source]) => {
      const job = shown.find((one) => one.kind === kind);
      const comes = job && job.status !== 'failed' && job.status !== 'cancelled';
      return comes && !shown.some((one) => one.source === source);
    })
    .map(([, source]) => ({
      kind: 'indexing',
      source,
      status: 'queued',
      progress: { percent: 0, stage: 'queued' },
    }));
}
