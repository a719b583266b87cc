import { channelSpeaker, type Transcript, type TranscriptSegment } from '@nova/shared/api/media';
import { standInHeader } from '@nova/shared/models';
import * as z from 'zod';

const Time = z.coerce.number().nonnegative();

const Item = z.object({
  type: z.enum(['pronunciation', 'punctuation']),
  alternatives: z.array(z.object({ content: z.string() })).min(1),
  start_time: Time.optional(),
  end_time: Time.optional(),
  speaker_label: z.string().optional(),
});
type Item = z.infer<typeof Item>;

/**
 * The part of Amazon Transcribe's output that is used. Source: its developer guide, "Data input and output" and "Example channel
 * identification output (batch)".
 */
const Output = z.object({
  [standInHeader]: z.string().optional(),
  results: z.object({
    language_code: z.string().optional(),
    items: z.array(Item),
    channel_labels: z
      .object({
        channels: z.array(z.object({ channel_label: z.string().regex(/^ch_\d$/), items: z.array(Item) })),
      })
      .optional(),
  }),
});
type Results = z.infer<typeof Output>['results'];

/** The maker named in the transcript. */
const maker = 'amazon-transcribe';
/** Seconds of silence that end a segment, and its length from which the end of a sentence ends it too. */
const pauseSeconds = 1;
const longSeconds = 15;
/** Languages that are written without spaces between words. */
const unspaced = ['ja', 'zh', 'th'];
const sentenceEnd = /[.?!。？！]$/u;

/**
 * The platform's transcript from one of Amazon Transcribe: consecutive words of one voice, or of one channel, make a segment. It has no emotions.
 * @param output the JSON of the service
 * @param durationSeconds of the recording
 */
export function readTranscript(output: unknown, durationSeconds: number): Transcript {
  const { results, [standInHeader]: standIn } = Output.parse(output);
  const { language_code: language } = results;
  return {
    ...(language ? { language } : {}),
    durationSeconds,
    model: standIn ?? maker,
    segments: channelSegments(results) ?? segmentsOf(results.items, language),
  };
}

/** The segments of all channels in the order of time, where the output has channels. */
function channelSegments({ channel_labels: labels, language_code: language }: Results) {
  const segments = labels?.channels.flatMap(({ channel_label: label, items }) => {
    const channel = Number(label.slice('ch_'.length));
    const place = { speaker: channelSpeaker(channel), channel: channel + 1 };
    return segmentsOf(items, language).map((segment) => ({ ...segment, ...place }));
  });
  return segments?.sort((a, b) => a.start - b.start);
}

function segmentsOf(items: readonly Item[], language: string | undefined): TranscriptSegment[] {
  const between = unspaced.some((one) => language?.startsWith(one)) ? '' : ' ';
  const names = new Map<string, string>();
  const speakerName = (label = 'unknown') => {
    const known = names.get(label) ?? `speaker-${names.size + 1}`;
    names.set(label, known);
    return known;
  };
  const segments: TranscriptSegment[] = [];
  // The end of the last segment's text: looking at the whole text for each word would take the square of its length.
  let lastWord = '';
  for (const item of items) {
    const word = item.alternatives[0]?.content ?? '';
    const last = segments.at(-1);
    const isSentence = sentenceEnd.test(lastWord);
    if (word !== '') lastWord = word;
    if (item.type === 'punctuation' || item.start_time === undefined || item.end_time === undefined) {
      if (last) segments[segments.length - 1] = { ...last, text: last.text + word };
      continue;
    }
    const { start_time: start, end_time: end, speaker_label: label } = item;
    const speaker = speakerName(label);
    const isOver =
      !last || last.speaker !== speaker || start - last.end >= pauseSeconds || (isLong(last) && isSentence);
    if (!isOver) segments[segments.length - 1] = { ...last, end, text: `${last.text}${between}${word}` };
    else
      segments.push({ start, end, text: word, recognised: true, speaker, ...(language ? { language } : {}) });
  }
  return segments;
}

const isLong = ({ start, end }: TranscriptSegment) => end - start >= longSeconds;
