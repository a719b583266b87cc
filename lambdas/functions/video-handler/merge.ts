import { Seconds } from '@nova/shared/api/common';
import { type Analysis, AnalysisFindings } from '@nova/shared/api/media';
import * as z from 'zod';

/** The findings of one segment of a video, with times of the whole video. */
export const SegmentAnalysis = z.object({
  from: Seconds,
  until: Seconds,
  model: z.string(),
  findings: AnalysisFindings,
});
export type SegmentAnalysis = z.infer<typeof SegmentAnalysis>;

/** Shortest scene that is kept, seconds: a cut may leave only a fraction of a scene. */
const minSceneSeconds = 0.5;

/**
 * Converts the findings of a clip to times of the whole video, and keeps those of the segment: findings in the overlap belong
 * to its neighbours.
 * @param start seconds of the whole video at which the clip begins
 */
export function segmentFindings(
  findings: AnalysisFindings,
  start: number,
  { from, until, last }: { readonly from: number; readonly until: number; readonly last: boolean },
): AnalysisFindings {
  const at = (seconds: number) => Number((seconds + start).toFixed(3));
  const begins = (seconds: number) => at(seconds) >= from && (last || at(seconds) < until);
  return {
    scenes: findings.scenes.flatMap((scene) => {
      const [begin, end] = [
        Math.max(from, at(scene.start)),
        Math.min(last ? Infinity : until, at(scene.end)),
      ];
      return end - begin >= minSceneSeconds ? [{ ...scene, start: begin, end }] : [];
    }),
    timeline: findings.timeline
      .filter(({ time }) => begins(time))
      .map((moment) => ({ ...moment, time: at(moment.time) })),
    anomalies: findings.anomalies
      .filter(({ start: first }) => begins(first))
      .map((anomaly) => ({ ...anomaly, start: at(anomaly.start), end: at(anomaly.end) })),
    answers: findings.answers,
  };
}

/** One analysis of all segments. */
export function analysisOf(segments: readonly SegmentAnalysis[], seconds: number): Analysis {
  const all = segments.map(({ findings }) => findings);
  return {
    scenes: all.flatMap(({ scenes }) => scenes),
    timeline: all.flatMap(({ timeline }) => timeline),
    anomalies: all.flatMap(({ anomalies }) => anomalies),
    answers: mergedAnswers(segments),
    durationSeconds: Number(seconds.toFixed(3)),
    model: segments[0]?.model ?? '',
  };
}

/** The answers of each segment; with several segments, each answer begins with its minutes. */
function mergedAnswers(segments: readonly SegmentAnalysis[]): AnalysisFindings['answers'] {
  const [first, ...others] = segments;
  if (others.length === 0) return first?.findings.answers ?? [];
  const answers = new Map<string, string[]>();
  for (const { from, until, findings } of segments) {
    for (const { question, answer } of findings.answers) {
      const known = answers.get(question) ?? [];
      answers.set(question, [...known, `${clock(from)}–${clock(until)}: ${answer}`]);
    }
  }
  return [...answers].map(([question, lines]) => ({ question, answer: lines.join('\n') }));
}

const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
