import { Seconds } from '@nova/shared/api/common';
import { type Analysis, AnalysisFindings } from '@nova/shared/api/media';
import * as z from 'zod';

/** What was seen in one segment of a video, with times of the whole. */
export const SegmentAnalysis = z.object({
  from: Seconds,
  until: Seconds,
  model: z.string(),
  findings: AnalysisFindings,
});
export type SegmentAnalysis = z.infer<typeof SegmentAnalysis>;

/** Shortest scene that is worth an entry of its own, seconds: what a cut leaves of one may be next to nothing. */
const shortest = 0.5;

/**
 * Findings with times of a clip, told in times of the whole video, and only what belongs to the segment: what the overlap
 * shows of its neighbours, they tell themselves.
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
      return end - begin >= shortest ? [{ ...scene, start: begin, end }] : [];
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

/** One analysis of all segments, in their order. */
export function analysisOf(segments: readonly SegmentAnalysis[], seconds: number): Analysis {
  const all = segments.map(({ findings }) => findings);
  return {
    scenes: all.flatMap(({ scenes }) => scenes),
    timeline: all.flatMap(({ timeline }) => timeline),
    anomalies: all.flatMap(({ anomalies }) => anomalies),
    answers: answersOf(segments),
    durationSeconds: Number(seconds.toFixed(3)),
    model: segments[0]?.model ?? '',
  };
}

/** A question is answered of each segment; of a video in several, each answer says which minutes it is about. */
function answersOf(segments: readonly SegmentAnalysis[]): AnalysisFindings['answers'] {
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
