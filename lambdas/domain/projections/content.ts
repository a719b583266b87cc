import type { DocumentFacts } from '@nova/shared/api/document-facts';
import type { DomainEvent, StreamEvent } from '@nova/shared/events/index';
import type { ContentKind, ContentStatus, RejectionReason } from '@nova/shared/vocabulary';
import { lastAskedFor } from '../content.ts';
import type { Projection, Tombstone } from './projection.ts';

export interface LiveContentRow {
  readonly status: ContentStatus;
  readonly contentId: string;
  readonly filename: string;
  readonly contentType: string;
  readonly kind: ContentKind;
  readonly bytes: number;
  readonly objectKey: string;
  readonly createdAt: string;
  readonly uploadExpiresAt: string;
  readonly uploadedAt?: string;
  readonly rejection?: { readonly reason: RejectionReason; readonly detail: string };
  readonly transcriptKey?: string;
  readonly analysisKey?: string;
  readonly indexed: boolean;
  /** Facts about a document, once it is indexed. */
  readonly document?: DocumentFacts;
}

export type ContentRow = LiveContentRow | Tombstone;

/** The catalogue: one row for each content item. */
export const contentProjection: Projection<ContentRow> = {
  collection: 'content',
  version: 1,
  evolve(row, event) {
    if (event.type === 'ContentRegistered') return registered(event);
    if (!row || row.status === 'deleted') return { status: 'deleted' };
    switch (event.type) {
      case 'ContentUploaded':
        return { ...row, ...event.data, status: 'ready', uploadedAt: event.occurredAt };
      case 'ContentRejected':
        return { ...row, status: 'rejected', rejection: event.data };
      case 'TranscriptAttached':
        return { ...row, transcriptKey: lastAskedFor(row.transcriptKey, event.data.objectKey) };
      case 'AnalysisAttached':
        return { ...row, analysisKey: lastAskedFor(row.analysisKey, event.data.objectKey) };
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

function registered(event: StreamEvent<'ContentRegistered'>): ContentRow {
  return {
    ...event.data,
    status: 'awaiting-upload',
    contentId: event.stream.id,
    createdAt: event.occurredAt,
    indexed: false,
  };
}
