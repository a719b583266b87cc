import type { DomainEvent, JobTask } from '@nova/shared/events/index';
import type { ContentKind, JobKind, VectorSource } from '@nova/shared/vocabulary';

/** For each kind of content, the kinds of job an upload starts. */
export type Reactions = Readonly<Partial<Record<ContentKind, readonly JobKind[]>>>;

/** An event of a content item that starts jobs, as far as they depend on it. */
export type Trigger =
  | {
      readonly type: 'ContentUploaded';
      readonly data: Pick<DomainEvent<'ContentUploaded'>['data'], 'kind' | 'react'>;
    }
  | { readonly type: 'TranscriptAttached' | 'AnalysisAttached' };

/** The jobs that an event of a content item starts. */
export function jobsAfter(event: Trigger, reactions: Reactions): JobTask[] {
  switch (event.type) {
    case 'ContentUploaded':
      if (event.data.react === false) return [];
      return (reactions[event.data.kind] ?? []).map((kind) => uploadTask(kind, event.data.kind));
    case 'TranscriptAttached':
      return [{ kind: 'indexing', source: 'transcript' }];
    case 'AnalysisAttached':
      return [{ kind: 'indexing', source: 'scene' }];
  }
}

/** The vector sources of the file itself. */
export const ownSource = {
  document: 'document',
  image: 'image',
  audio: 'media',
  video: 'media',
} as const satisfies Record<ContentKind, VectorSource>;

function uploadTask(job: JobKind, content: ContentKind): JobTask {
  switch (job) {
    case 'transcription':
      return { kind: 'transcription' };
    case 'analysis':
      return { kind: 'analysis' };
    case 'indexing':
      return { kind: 'indexing', source: ownSource[content] };
  }
}
