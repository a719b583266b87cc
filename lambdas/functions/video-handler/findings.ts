import { AnalysisFindings, detections } from '@nova/shared/api/media';
import * as z from 'zod';
import type { Request } from './prompt.ts';

/** The findings in the model's answer, or the reason why it cannot be used. */
export type Parsed =
  | { readonly valid: true; readonly findings: AnalysisFindings }
  | { readonly valid: false; readonly reason: string };

/**
 * Characters of a reason, at most. An answer may have a fault for each of its characters, and the reason goes into the next prompt and
 * into the history of the job.
 */
const reasonChars = 2000;

/**
 * Reads findings from a model's answer: JSON, perhaps in a code fence or with words around it.
 * @param text of the answer
 */
export function parseFindings(text: string): Parsed {
  const json = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  if (json === '') return { valid: false, reason: 'It holds no JSON object.' };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // The parser's own message quotes the answer, and the reason outlives the content.
    return { valid: false, reason: 'It is not valid JSON.' };
  }
  const parsed = AnalysisFindings.safeParse(value);
  if (parsed.success) return { valid: true, findings: parsed.data };
  return { valid: false, reason: z.prettifyError(parsed.error).slice(0, reasonChars) };
}

/**
 * Findings as they are stored: in order of time, inside the video, and only those that were requested.
 * @param seconds length of the video
 */
export function tidied(findings: AnalysisFindings, request: Request, seconds: number): AnalysisFindings {
  const { detect = detections, questions = [] } = request;
  const inside = (time: number) => Number(Math.min(time, seconds).toFixed(3));
  const spans = <T extends { start: number; end: number }>(list: readonly T[]): T[] =>
    list
      .map((span) => {
        const times = [inside(span.start), inside(span.end)].sort((a, b) => a - b);
        return { ...span, start: times[0] ?? 0, end: times[1] ?? 0 };
      })
      .sort((a, b) => a.start - b.start || a.end - b.end);
  const moments = findings.timeline
    .map((moment) => ({ ...moment, time: inside(moment.time) }))
    .sort((a, b) => a.time - b.time);
  return {
    scenes: spans(findings.scenes),
    timeline: detect.includes('timeline') ? moments : [],
    anomalies: detect.includes('anomalies') ? spans(findings.anomalies) : [],
    answers: questions.length > 0 ? findings.answers : [],
  };
}
