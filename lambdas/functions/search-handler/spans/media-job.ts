import type { ContentObjects } from '../../../content/objects.ts';
import { recordIndexed } from '../../../domain/content.ts';
import type { WorkContext } from '../../../jobs/job-run.ts';
import type { WorkInSegments } from '../../../jobs/run-in-segments.ts';
import { checkLength } from '../../../media/decoding/unreadable.ts';
import { type IndexingPorts, placed } from '../index-content.ts';
import type { IndexingTask } from '../put-vectors.ts';
import { putVectors } from '../put-vectors.ts';
import type { Media } from './media.ts';
import { openSound } from './recording.ts';
import { spansFrom, spansIn } from './spans.ts';
import { openPictures } from './video.ts';

/** Makes the sound and the pictures of a file searchable themselves, a few spans an invocation. */
export function mediaJob(ports: IndexingPorts): WorkInSegments<IndexingTask> {
  const { objects } = ports;
  return {
    async open({ content }) {
      checkLength((await openMedia(objects, content)).seconds, 'indexed');
      return 'in-segments';
    },

    async segment(context) {
      const { from, segment, jobId, content } = context;
      const media = await openMedia(objects, content);
      const spans = spansFrom(from, media.seconds);
      const until = spans.at(-1)?.end ?? media.seconds;
      await context.cut(until, until === media.seconds);
      const withSpan = await media.take(context, segment, spans);
      // A span is shown by the name of its file; what is in it, only the model knows.
      const planned = spans.map((span) => ({
        ...placed(context, { start: span.start, end: span.end, text: content.filename }, span.place),
        withInput: <T>(use: Parameters<typeof withSpan<T>>[1]) => withSpan(span, use),
      }));
      await putVectors(ports, context, planned, {
        atOnce: media.atOnce,
        // Each takes seconds: what was embedded in time is kept.
        perPut: media.atOnce,
        reference: `${jobId}/${segment}`,
        onPut: (count) =>
          context.progress((spans[count - 1]?.end ?? until) - from, media.seconds, 'indexing'),
      });
    },

    async conclude({ jobId }, segments) {
      const vectors = spansIn(segments.at(-1)?.until ?? 0);
      return (state) => recordIndexed(state, { jobId, source: 'media', vectors });
    },

    // The vectors are all there is.
    async tidy() {},
  };
}

const openMedia = (objects: ContentObjects, content: WorkContext['content']): Promise<Media> =>
  content.kind === 'video' ? openPictures(objects, content) : openSound(objects, content);
