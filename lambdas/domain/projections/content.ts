import type { DocumentFacts } from '@nova/shared/api/document-facts';
import type { DomainEvent, StreamEvent } from '@nova/shared/events/index';
import type { ContentKind, ContentStatus, RejectionReason } from '@nova/shared/vocabulary';
import { lastAskedFor } from '../content.ts';
import type { Trigger } from '../reactions.ts';
import type { Projection, Tombstone } from './projection.ts';

export interface LiveContentRow {
  readonly status: ContentStatus;
  readonly contentId: string;
  readonly filename: string;
  readonly contentType: string;
  /** The type that the file was registered as, where its bytes are of another. */
  readonly registeredType?: string;
  readonly kind: ContentKind;
  readonly bytes: number;
  readonly objectKey: string;
  readonly createdAt: string;
  readonly uploadExpiresAt: string;
  readonly uploadedAt?: string;
  /** False: the arrival of the file starts no job. */
  readonly react?: false;
  readonly rejection?: { readonly reason: RejectionReason; readonly detail: string };
  readonly transcriptKey?: string;
  readonly analysisKey?: string;
  readonly indexed: boolean;
  /** Facts about a document, once it is indexed. */
  readonly document?: DocumentFacts;
  /** Events of the item that start jobs, the last of each type. Absent in rows of version 1. */
  readonly triggers?: Readonly<Partial<Record<Trigger['type'], TriggerMoment>>>;
}

/** Identifies an event of a known stream, and so the jobs it starts. */
export interface TriggerMoment {
  readonly version: number;
  readonly occurredAt: string;
}

export type ContentRow = LiveContentRow | Tombstone;

/** The catalogue: one row for each content item. */
export const contentProjection: Projection<ContentRow> = {
  collection: 'content',
  version: 2,
  evolve(row, event) {
    if (event.type === 'ContentRegistered') return registered(event);
    if (!row || row.status === 'deleted') return { status: 'deleted' };
    switch (event.type) {
      case 'ContentUploaded': {
        const uploaded = { ...row, ...event.data, status: 'ready', uploadedAt: event.occurredAt } as const;
        return event.data.react === false ? uploaded : triggered(uploaded, event);
      }
      case 'ContentRejected':
        return { ...row, status: 'rejected', rejection: event.data };
      case 'TranscriptAttached':
        return triggered(
          { ...row, transcriptKey: lastAskedFor(row.transcriptKey, event.data.objectKey) },
          event,
        );
      case 'AnalysisAttached':
        return triggered({ ...row, analysisKey: lastAskedFor(row.analysisKey, event.data.objectKey) }, event);
      case 'ContentIndexed':
        return indexed(row, event.data);
      case 'ContentDeleted':
        return { status: 'deleted' };
      default:
        return row;
    }
  },
  leavesTombstone: ({ type }) => type === 'ContentDeleted',
};

/** Another source than the document says nothing about it. */
function indexed(row: LiveContentRow, { document }: DomainEvent<'ContentIndexed'>['data']): ContentRow {
  return { ...row, indexed: true, ...(document ? { document } : {}) };
}

/** The rows of version 1, which do not say what the item started. */
export const contentProjectionWithoutTriggers: Projection<ContentRow> = {
  ...contentProjection,
  version: 1,
  evolve(row, event) {
    const next = contentProjection.evolve(row, event);
    if (next.status === 'deleted') return next;
    const { triggers: _, ...shown } = next;
    return shown;
  },
};

function registered(event: StreamEvent<'ContentRegistered'>): ContentRow {
  return {
    ...event.data,
    status: 'awaiting-upload',
    contentId: event.stream.id,
    createdAt: event.occurredAt,
    indexed: false,
    triggers: {},
  };
}

const triggered = (row: LiveContentRow, { type, version, occurredAt }: StreamEvent<Trigger['type']>) => ({
  ...row,
  triggers: { ...row.triggers, [type]: { version, occurredAt } },
});
