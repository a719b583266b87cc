import type { ContentObjects } from '../../../content/objects.ts';
import { recordIndexed } from '../../../domain/content.ts';
import type { WorkContext } from '../../../jobs/job-run.ts';
import type { WorkInSegments } from '../../../jobs/run-in-segments.ts';
import { checkLength } from '../../../media/decoding/unreadable.ts';
import { type IndexingDependencies, placed } from '../index-content.ts';
import type { IndexingTask } from '../put-vectors.ts';
import { putVectors } from '../put-vectors.ts';
import { openPictures } from './pictures.ts';
import { openSound } from './sound.ts';
import { type Media, spanCount, spansFrom } from './spans.ts';

export type MediaDependencies = Omit<IndexingDependencies, 'images'>;

/** Indexes the sound and the pictures of a file themselves, a few spans in each invocation. */
export function mediaJob(dependencies: MediaDependencies): WorkInSegments<IndexingTask> {
  const { objects } = dependencies;
  return {
    async open({ content, endsAt }) {
      checkLength((await openMedia(objects, content, endsAt)).seconds, 'indexed');
      return 'in-segments';
    },

    async segment(context) {
      const { from, segment, jobId, content, endsAt } = context;
      const media = await openMedia(objects, content, endsAt);
      const spans = spansFrom(from, media.seconds);
      const until = spans.at(-1)?.end ?? media.seconds;
      await context.cut(until, until === media.seconds);
      const withSpan = await media.take(context, spans);
      // The text of a span is the name of its file; only the model knows its content.
      const planned = spans.map((span) => ({
        ...placed(context, { start: span.start, end: span.end, text: content.filename }, span.place),
        withInput: <T>(use: Parameters<typeof withSpan<T>>[1]) => withSpan(span, use),
      }));
      await putVectors(dependencies, context, planned, {
        concurrency: media.concurrency,
        // Each span takes seconds, so small batches save the embeddings before an invocation ends.
        batchSize: media.concurrency,
        reference: `${jobId}/${segment}`,
        onProgress: (count) =>
          context.progress((spans[count - 1]?.end ?? until) - from, media.seconds, 'indexing'),
      });
    },

    async conclude({ jobId }, segments) {
      const vectors = spanCount(segments.at(-1)?.until ?? 0);
      return (state) => recordIndexed(state, { jobId, source: 'media', vectors });
    },

    // Nothing but the vectors is kept of a segment.
    async cleanUp() {},
  };
}

const openMedia = (objects: ContentObjects, content: WorkContext['content'], endsAt: Date): Promise<Media> =>
  (content.kind === 'video' ? openPictures : openSound)(objects, content, endsAt);
