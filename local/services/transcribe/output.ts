import { standInHeader } from '@nova/shared/models';
import type { Heard } from '../bedrock/speech/hear.ts';
import { standInName } from '../bedrock/stand-in.ts';

interface Item {
  readonly type: 'pronunciation' | 'punctuation';
  readonly alternatives: readonly { readonly confidence: string; readonly content: string }[];
  readonly start_time?: string;
  readonly end_time?: string;
}

/** Languages that are written without spaces: their items are characters. */
const unspaced = ['ja', 'zh', 'th'];
const punctuation = /^[.,?!、。？！]$/u;

/** A transcript as Amazon Transcribe writes it. What made it stands beside it. */
export const outputOf = (name: string, accountId: string, results: object): string =>
  JSON.stringify({ jobName: name, accountId, status: 'COMPLETED', [standInHeader]: standInName, results });

/**
 * The results of a job with speaker labels. Source: Amazon Transcribe developer guide, "Data input and output", example of a batch job with
 * speaker labels.
 */
export function speakersResult({ language, lines }: Heard): object {
  const speakers = [...new Set(lines.map(({ speaker }) => speaker))];
  const labelOf = (speaker: string) => `spk_${speakers.indexOf(speaker)}`;
  return {
    ...textOf(language, lines),
    speaker_labels: {
      speakers: speakers.length,
      segments: lines.map(({ start, end, speaker }) => ({
        start_time: String(start),
        end_time: String(end),
        speaker_label: labelOf(speaker),
      })),
    },
    items: lines.flatMap((line) =>
      itemsOf(line, language).map((item) => labelled(item, { speaker_label: labelOf(line.speaker) })),
    ),
  };
}

/**
 * The results of a job that identifies channels. Source: Amazon Transcribe developer guide, "Example channel identification output (batch)".
 * @param heard of each channel
 */
export function channelsResult(heard: readonly Heard[]): object {
  const channels = heard.map(({ language, lines }, channel) => {
    const channel_label = `ch_${channel}`;
    const items = lines.flatMap((line) =>
      itemsOf(line, language).map((item) => ({ ...item, channel_label })),
    );
    return { channel_label, items };
  });
  const lines = heard.flatMap((one) => one.lines).sort((a, b) => a.start - b.start);
  return {
    ...textOf(heard[0]?.language ?? '', lines),
    channel_labels: { channels, number_of_channels: channels.length },
    items: channels.flatMap(({ items }) => items),
  };
}

const textOf = (language: string, lines: Heard['lines']) => ({
  language_code: language,
  transcripts: [{ transcript: lines.map(({ text }) => text).join(isUnspaced(language) ? '' : ' ') }],
});

/** Only words have a speaker. */
const labelled = (item: Item, label: object) => (item.type === 'punctuation' ? item : { ...item, ...label });

const isUnspaced = (language: string) => unspaced.some((one) => language.startsWith(one));

/** Words share the time of their line by their length. */
function itemsOf(line: Heard['lines'][number], language: string): Item[] {
  const tokens = isUnspaced(language)
    ? [...line.text.replaceAll(/\s/gu, '')]
    : line.text.split(/\s+/u).flatMap((word) => word.split(/(?<=\p{L})([.,?!])$/u).filter(Boolean));
  const length = tokens.reduce((sum, token) => sum + (punctuation.test(token) ? 0 : token.length), 0);
  let at = line.start;
  return tokens.map((content): Item => {
    const alternatives = [{ confidence: '0.99', content }];
    if (punctuation.test(content)) return { type: 'punctuation', alternatives };
    const start = at;
    at += ((line.end - line.start) * content.length) / Math.max(1, length);
    return {
      type: 'pronunciation',
      alternatives,
      start_time: start.toFixed(3),
      end_time: at.toFixed(3),
    };
  });
}
