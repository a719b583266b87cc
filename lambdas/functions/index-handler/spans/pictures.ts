import { limits } from '@nova/shared/limits';
import { toMediaType, videoFormatOf } from '@nova/shared/media-types';
import { clipKey } from '@nova/shared/objects';
import type { ContentObjects } from '../../../content/objects.ts';
import type { WorkContext } from '../../../jobs/job-run.ts';
import { readingBudget } from '../../../media/decoding/reading-budget.ts';
import { copyClip } from '../../../media/video/clip.ts';
import { refuseUncut, videoFacts } from '../../../media/video/video-facts.ts';
import { type Media, minSeconds, spanCount, type WithSpan } from './spans.ts';

/** Each clip holds a few upload parts in memory while it is written. */
const concurrency = 2;

/**
 * Opens a video to index its pictures and sound together.
 * @param endsAt when the invocation's time is nearly up
 * @throws DomainError `unsupported-media` when it is no video, or a damaged one
 */
export async function openPictures(
  objects: ContentObjects,
  { objectKey, bytes, contentType }: WorkContext['content'],
  endsAt: Date,
): Promise<Media> {
  const budget = readingBudget(bytes, endsAt);
  const facts = await videoFacts(objects, { key: objectKey, bytes }, budget);
  const { seconds } = facts;
  // What cannot be cut has one span: all of it.
  refuseUncut(facts, limits.mediaSpanSeconds + minSeconds);
  const format = facts.inPlace ? videoFormatOf(toMediaType(contentType) ?? '') : undefined;
  return {
    seconds,
    concurrency,
    async take({ tenant, contentId, jobId, signal }) {
      const uriOf = (key: string) => `s3://${objects.bucket}/${key}`;
      // A video of one span needs no clip, if the model takes its container.
      if (spanCount(seconds) === 1 && format)
        return (_, use) => use({ video: { uri: uriOf(objectKey), format } });
      const withClip: WithSpan = async ({ place, start, end }, use) => {
        const target = clipKey(tenant, contentId, jobId, place);
        try {
          await copyClip(objects, {
            key: objectKey,
            bytes,
            from: start,
            to: end,
            maxSeconds: limits.mediaClipSeconds,
            target,
            signal,
            budget,
          });
          return await use({ video: { uri: uriOf(target), format: 'mp4' } });
        } finally {
          await objects.delete(target);
        }
      };
      return withClip;
    },
  };
}
