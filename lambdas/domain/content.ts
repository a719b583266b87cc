import type { ContentEvent, DomainEvent } from '@nova/shared/events/index';
import type { ContentKind, RejectionReason, VectorSource } from '@nova/shared/vocabulary';
import type { AggregateRoot } from './aggregate.ts';
import { DomainError, notFound } from './errors.ts';

/** State of a content item. `none`: it was never registered. */
export type ContentState =
  | { readonly status: 'none' }
  | { readonly status: 'deleted'; readonly vectors: VectorCounts }
  | ExistingContent;

export interface ExistingContent {
  readonly status: 'awaiting-upload' | 'ready' | 'rejected';
  readonly filename: string;
  readonly kind: ContentKind;
  readonly contentType: string;
  readonly bytes: number;
  readonly objectKey: string;
  readonly uploadExpiresAt: string;
  readonly uploadId?: string;
  /** True when the arrival of the file starts no job. */
  readonly react?: false;
  readonly rejection?: { readonly reason: RejectionReason; readonly detail: string };
  /** Jobs that have attached their results. */
  readonly results: Readonly<Record<string, true>>;
  /** Object keys of the current results, see {@link lastAskedFor}. */
  readonly transcriptKey?: string;
  readonly analysisKey?: string;
  readonly vectors: VectorCounts;
}

/** Largest number of vectors that the index may hold for each source; an erasure deletes up to that number. */
export type VectorCounts = Readonly<Partial<Record<VectorSource, number>>>;

/** The object at the address of the upload. */
export type Upload =
  | { readonly accepted: true; readonly file: DomainEvent<'ContentUploaded'>['data'] }
  | { readonly accepted: false; readonly reason: RejectionReason; readonly detail: string };

export const content: AggregateRoot<ContentState, ContentEvent> = {
  stateVersion: 1,
  initialState: { status: 'none' },
  evolve,
};

function evolve(state: ContentState, event: ContentEvent): ContentState {
  if (event.type === 'ContentRegistered') {
    return { status: 'awaiting-upload', ...event.data, results: {}, vectors: {} };
  }
  if (state.status === 'none' || state.status === 'deleted') return state;
  switch (event.type) {
    case 'ContentUploaded':
      return { ...state, ...event.data, status: 'ready' };
    case 'ContentRejected':
      return { ...state, status: 'rejected', rejection: event.data };
    case 'TranscriptAttached':
      return {
        ...withResult(state, event.data.jobId),
        transcriptKey: lastAskedFor(state.transcriptKey, event.data.objectKey),
      };
    case 'AnalysisAttached':
      return {
        ...withResult(state, event.data.jobId),
        analysisKey: lastAskedFor(state.analysisKey, event.data.objectKey),
      };
    case 'ContentIndexed': {
      const { source, vectors } = event.data;
      const most = Math.max(vectors, state.vectors[source] ?? 0);
      return { ...state, vectors: { ...state.vectors, [source]: most } };
    }
    case 'ContentDeleted':
      return { status: 'deleted', vectors: state.vectors };
  }
}

const withResult = (state: ExistingContent, jobId: string): ExistingContent => ({
  ...state,
  results: { ...state.results, [jobId]: true },
});

/** @throws DomainError `not-found` when the item never existed or is deleted */
export function existing(state: ContentState, id: string): ExistingContent {
  if (state.status === 'none' || state.status === 'deleted') throw notFound('content', id);
  return state;
}

/**
 * The item, if its file has arrived and is of a kind that the work accepts.
 * @param kinds that the work accepts
 * @param now decides whether the upload can still arrive
 * @throws DomainError `not-found`, `upload-missing`, `content-rejected` or `unsupported-media`
 */
export function ready(
  state: ContentState,
  id: string,
  kinds: readonly ContentKind[],
  now: Date,
): ExistingContent {
  const item = existing(state, id);
  if (item.status === 'awaiting-upload') throw uploadMissing(item, now);
  if (item.status === 'rejected') {
    const why = item.rejection?.detail ?? 'The file did not match its registration.';
    throw new DomainError('content-rejected', `${why} Register the file again with POST /content.`);
  }
  if (!kinds.includes(item.kind)) {
    const detail = `contentId: this call takes ${kinds.join(' or ')}, and ${id} is ${item.kind} (${item.contentType}).`;
    throw new DomainError('unsupported-media', detail);
  }
  return item;
}

function uploadMissing(item: ExistingContent, now: Date): DomainError {
  const expired = Date.parse(item.uploadExpiresAt) <= now.getTime();
  const remedy = expired
    ? `The upload address expired at ${item.uploadExpiresAt}; register the file again with POST /content.`
    : `PUT its bytes to the upload address from POST /content before ${item.uploadExpiresAt}.`;
  return new DomainError('upload-missing', `contentId: the file has not arrived. ${remedy}`);
}

/**
 * The item and its multipart upload.
 * @throws DomainError `not-found`, or `conflict` when the upload is not multipart or has expired
 */
export function awaitedParts(
  state: ContentState,
  id: string,
  now: Date,
): ExistingContent & { uploadId: string } {
  const item = existing(state, id);
  const { uploadId } = item;
  if (uploadId === undefined) {
    throw new DomainError('conflict', `${id} is uploaded with one PUT; there is nothing to put together.`);
  }
  if (item.status === 'awaiting-upload' && Date.parse(item.uploadExpiresAt) <= now.getTime()) {
    throw uploadMissing(item, now);
  }
  return { ...item, uploadId };
}

/** Records that a file arrived. Returns no event when the item is deleted or this file was checked before. */
export function receiveUpload(state: ContentState, upload: Upload): ContentEvent[] {
  if (state.status !== 'awaiting-upload') return [];
  const asked = state.react === false ? { react: state.react } : {};
  return upload.accepted
    ? [{ type: 'ContentUploaded', data: { ...upload.file, ...asked } }]
    : [{ type: 'ContentRejected', data: { reason: upload.reason, detail: upload.detail } }];
}

/** Attaches a job's result. Attaching it twice, or to a deleted item, changes nothing. */
export function attachResult(
  state: ContentState,
  event: DomainEvent<'TranscriptAttached' | 'AnalysisAttached'>,
): ContentEvent[] {
  if (state.status !== 'ready' || state.results[event.data.jobId]) return [];
  return [event];
}

/** Records the number of the item's vectors in the index. */
export function recordIndexed(
  state: ContentState,
  data: DomainEvent<'ContentIndexed'>['data'],
): ContentEvent[] {
  return state.status === 'ready' ? [{ type: 'ContentIndexed', data }] : [];
}

/** @throws DomainError `not-found` */
export function deleteContent(state: ContentState, id: string): ContentEvent[] {
  existing(state, id);
  return [{ type: 'ContentDeleted', data: {} }];
}

/**
 * The current one of two results of the same kind: the result of the job that was requested last, in any order of their
 * ends. The job that an upload starts must not replace the result of a job that a caller requested after it. Keys of
 * results differ only in the job's id, and ids sort by creation time.
 * @param known key of the current result so far
 */
export const lastAskedFor = (known: string | undefined, next: string) =>
  known !== undefined && known > next ? known : next;
