import { standInHeader } from '@nova/shared/models';
import type { Heard } from '../bedrock/speech/hear.ts';
import { standInName } from '../bedrock/stand-in.ts';

interface Item {
  readonly type: 'pronunciation' | 'punctuation';
  readonly alternatives: readonly { readonly confidence: string; readonly content: string }[];
  readonly start_time?: string;
  readonly end_time?: string;
  readonly speaker_label?: string;
}

/** Languages that are written without spaces: their items are characters. */
const unspaced = ['ja', 'zh', 'th'];
const punctuation = /^[.,?!、。？！]$/u;

/**
 * A transcript as Amazon Transcribe writes it. Source: Amazon Transcribe developer guide, "Data input and output",
 * example of a batch job with speaker labels. What made it stands beside it.
 */
export function outputOf(name: string, accountId: string, { language, lines }: Heard): string {
  const speakers = [...new Set(lines.map(({ speaker }) => speaker))];
  const labelOf = (speaker: string) => `spk_${speakers.indexOf(speaker)}`;
  const items = lines.flatMap((line) => itemsOf(line, language, labelOf(line.speaker)));
  const between = isUnspaced(language) ? '' : ' ';
  return JSON.stringify({
    jobName: name,
    accountId,
    status: 'COMPLETED',
    [standInHeader]: standInName,
    results: {
      language_code: language,
      transcripts: [{ transcript: lines.map(({ text }) => text).join(between) }],
      speaker_labels: {
        speakers: speakers.length,
        segments: lines.map(({ start, end, speaker }) => ({
          start_time: String(start),
          end_time: String(end),
          speaker_label: labelOf(speaker),
        })),
      },
      items,
    },
  });
}

const isUnspaced = (language: string) => unspaced.some((one) => language.startsWith(one));

/** Words share the time of their line by their length. */
function itemsOf(line: Heard['lines'][number], language: string, label: string): Item[] {
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
      speaker_label: label,
    };
  });
}
