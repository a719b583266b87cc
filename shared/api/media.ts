import * as z from 'zod';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';
import { emotions, severities } from '../vocabulary.ts';
import { Confidence, Seconds, Text } from './common.ts';
import { Webhook } from './webhooks.ts';

/** A language tag (BCP 47) such as `en` or `en-US`. */
const Language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag such as en-US');

/** How the channels of a recording become a transcript. */
export const channelModes = ['separate', 'mixed', 'auto'] as const;
export type ChannelMode = (typeof channelModes)[number];

/** Label of the voice on a channel, whose number is from 0, where channels are transcribed separately. */
export const channelSpeaker = (channel: number) => `channel-${channel + 1}`;

export const TranscribeRequest = z.strictObject({
  contentId: Id,
  language: Language.optional().describe('Spoken language; detected when absent'),
  channels: z
    .enum(channelModes, 'must be separate, mixed or auto')
    .optional()
    .describe(
      '`separate`: each channel is one voice, named by its channel, as in recordings of calls. `mixed`: voices are told apart by their sound. `auto`, also when absent: separate where two channels have different people',
    ),
  webhook: Webhook.optional(),
});
export type TranscribeRequest = z.infer<typeof TranscribeRequest>;

export const detections = ['timeline', 'anomalies'] as const;

export const AnalyzeRequest = z.strictObject({
  contentId: Id,
  questions: z
    .array(Text.min(1).max(limits.questionChars))
    .max(limits.questionsPerVideo)
    .optional()
    .describe('Questions for the analysis to answer'),
  detect: z.array(z.enum(detections)).min(1).optional().describe('What to detect; everything when absent'),
  webhook: Webhook.optional(),
});
export type AnalyzeRequest = z.infer<typeof AnalyzeRequest>;

export const TranscriptSegment = z.object({
  start: Seconds,
  end: Seconds,
  text: z.string(),
  recognised: z.boolean().describe('False where there is speech but its words were not recognised'),
  speaker: z
    .string()
    .describe('Label of the voice; the same voice has the same label throughout the recording'),
  emotion: z
    .object({ name: z.enum(emotions), confidence: Confidence })
    .optional()
    .describe(
      'Emotion of the voice, as the model reports it. Where the model reports none, it is estimated from pitch and loudness, with a confidence of at most 0.35',
    ),
  language: z.string().optional().describe('Language of the words, where known (BCP 47)'),
  channel: z
    .int()
    .positive()
    .optional()
    .describe('Number of the channel, from 1, where channels are transcribed separately'),
});
export type TranscriptSegment = z.infer<typeof TranscriptSegment>;

export const Transcript = z.object({
  language: z.string().optional(),
  durationSeconds: Seconds,
  model: z
    .string()
    .describe(
      'The model that produced the transcript. A stand-in is named as one; `none` when no speech was found',
    ),
  segments: z.array(TranscriptSegment),
});
export type Transcript = z.infer<typeof Transcript>;

/** Formats of a transcript besides JSON, and their media types (WebVTT: W3C; SubRip has no registered type). */
export const subtitleTypes = { vtt: 'text/vtt', srt: 'application/x-subrip' } as const;
export type SubtitleFormat = keyof typeof subtitleTypes;

export const TranscriptQuery = z.strictObject({
  format: z
    .enum(['json', 'vtt', 'srt'], 'must be json, vtt or srt')
    .default('json')
    .describe('Format of the transcript: JSON, or subtitles as WebVTT or SubRip'),
});

const Scene = z.object({ start: Seconds, end: Seconds, description: z.string() });
const TimelineEvent = z.object({ time: Seconds, description: z.string() });
const Anomaly = z.object({
  start: Seconds,
  end: Seconds,
  severity: z.enum(severities),
  confidence: Confidence,
  reason: z.string(),
});
const Answer = z.object({ question: z.string(), answer: z.string() });

/** The findings that the video model is asked for. */
export const AnalysisFindings = z.object({
  scenes: z.array(Scene),
  timeline: z.array(TimelineEvent),
  anomalies: z.array(Anomaly),
  answers: z.array(Answer),
});
export type AnalysisFindings = z.infer<typeof AnalysisFindings>;

export const Analysis = AnalysisFindings.extend({
  durationSeconds: Seconds,
  model: z.string().describe('The model that produced the analysis; a stand-in is named as one'),
});
export type Analysis = z.infer<typeof Analysis>;
