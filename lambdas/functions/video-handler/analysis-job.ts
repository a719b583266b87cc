import type { AnalysisFindings } from '@nova/shared/api/media';
import type { JobTask } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { toMediaType, videoFormatOf } from '@nova/shared/media-types';
import { clipKey, segmentKey } from '@nova/shared/objects';
import type { ContentObjects } from '../../content/objects.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import { merging, type SegmentContext, type WorkInSegments } from '../../jobs/run-in-segments.ts';
import { saveResult, storeFor } from '../../jobs/save-result.ts';
import { readingBudget } from '../../media/decoding/reading-budget.ts';
import { checkLength } from '../../media/decoding/unreadable.ts';
import { copyClip } from '../../media/video/clip.ts';
import { refuseUncut, type VideoFacts, videoFacts } from '../../media/video/video-facts.ts';
import type { VideoModel, WatchedVideo } from '../../models/nova-video/nova-video.ts';
import { collectGarbage } from '../../runtime/collect-garbage.ts';
import { metered } from '../../usage/record-usage.ts';
import { analyse } from './analyse.ts';
import { analysisOf, SegmentAnalysis, segmentFindings } from './merge.ts';

export type AnalysisTask = Extract<JobTask, { kind: 'analysis' }>;

export interface AnalysisDependencies {
  readonly store: EventStore;
  readonly objects: ContentObjects;
  readonly video: VideoModel;
  /** Seconds of a video that one call of the model watches, at most. */
  readonly segmentSeconds?: number;
}

/** A segment of a video, and the length of the video. */
interface Span {
  readonly from: number;
  readonly until: number;
  readonly last: boolean;
  readonly total: number;
}

/** Analyses an uploaded video, one segment in each invocation, and stores the analysis. */
export function analysisJob(dependencies: AnalysisDependencies): WorkInSegments<AnalysisTask> {
  const { store, objects, segmentSeconds = limits.videoSegmentSeconds } = dependencies;
  const keyOf = ({ tenant, contentId, jobId }: WorkContext, segment: number) =>
    segmentKey(tenant, contentId, jobId, segment);
  const factsOf = async ({ content: { objectKey: key, bytes }, endsAt }: WorkContext) => {
    // The tables of a video are a hundred megabytes and more: those of the previous invocation must not stay in memory beside them.
    collectGarbage(bytes);
    const facts = await videoFacts(objects, { key, bytes }, readingBudget(bytes, endsAt));
    collectGarbage(bytes);
    return facts;
  };
  return {
    async open(context) {
      const facts = await factsOf(context);
      checkLength(facts.seconds, 'analysed');
      refuseUncut(facts, segmentSeconds);
      return 'in-segments';
    },

    async segment(context) {
      const facts = await factsOf(context);
      const total = facts.seconds;
      // Segments of equal length, so that none is too short to understand.
      const length = total / Math.ceil(total / segmentSeconds);
      const until = Math.min(total, Number((context.from + length).toFixed(3)));
      const last = total - until < 1;
      const span = { from: context.from, until: last ? total : until, last, total };
      await context.cut(span.until, last);
      const { model, findings } = await watch(dependencies, context, span, facts);
      const seen: SegmentAnalysis = { from: span.from, until: span.until, model, findings };
      await storeFor(context, { store, objects, objectKey: keyOf(context, context.segment), value: seen });
      await context.progress(span.until - span.from, total, 'watching');
    },

    async conclude(context, segments) {
      await context.progress(merging, 'merging');
      const seen = await Promise.all(
        segments.map(async (_, segment) =>
          SegmentAnalysis.parse(await objects.readJson(keyOf(context, segment))),
        ),
      );
      const analysis = analysisOf(seen, segments.at(-1)?.until ?? 0);
      const { scenes, durationSeconds } = analysis;
      return saveResult(store, objects, context, analysis, (saved) => ({
        type: 'AnalysisAttached',
        data: { ...saved, scenes: scenes.length, durationSeconds },
      }));
    },

    async cleanUp(context, segments) {
      await Promise.all(segments.map((_, segment) => objects.delete(keyOf(context, segment))));
    },
  };
}

interface Seen {
  readonly model: string;
  readonly findings: AnalysisFindings;
}

async function watch(
  dependencies: AnalysisDependencies,
  context: SegmentContext<AnalysisTask>,
  span: Span,
  facts: VideoFacts,
): Promise<Seen> {
  const { objects } = dependencies;
  const { objectKey, bytes, contentType } = context.content;
  const uriOf = (key: string) => `s3://${objects.bucket}/${key}`;
  // A video of one segment needs no clip, if the model takes its container.
  const format = facts.inPlace ? videoFormatOf(toMediaType(contentType) ?? '') : undefined;
  if (span.from === 0 && span.last && format) {
    return look(
      dependencies,
      context,
      { uri: uriOf(objectKey), format, start: 0, seconds: span.total },
      span,
    );
  }
  const { tenant, contentId, jobId, segment, signal, endsAt } = context;
  const target = clipKey(tenant, contentId, jobId, segment);
  try {
    const clip = await copyClip(objects, {
      key: objectKey,
      bytes,
      from: Math.max(0, span.from - limits.videoOverlapSeconds),
      to: span.until + limits.videoOverlapSeconds,
      target,
      signal,
      budget: readingBudget(bytes, endsAt),
    });
    collectGarbage(bytes);
    return await look(dependencies, context, { uri: uriOf(target), format: 'mp4', ...clip }, span);
  } finally {
    await objects.delete(target);
  }
}

/** What the model watches, and where in the whole video it begins. */
interface Watched extends WatchedVideo {
  readonly start: number;
  readonly seconds: number;
}

async function look(
  { store, video: model }: AnalysisDependencies,
  context: SegmentContext<AnalysisTask>,
  { start, seconds, ...video }: Watched,
  span: Span,
): Promise<Seen> {
  const account = { ...context, source: 'video', reference: `${context.jobId}/${context.segment}` } as const;
  const {
    model: maker,
    durationSeconds: _,
    ...findings
  } = await metered(store, account, (tokens) =>
    analyse({
      model,
      video,
      seconds,
      request: context.task,
      signal: context.signal,
      onUsage: tokens.add,
    }),
  );
  return { model: maker, findings: segmentFindings(findings, start, span) };
}
