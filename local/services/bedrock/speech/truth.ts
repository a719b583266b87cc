import { fromJson, isRecord } from '../json.ts';

/** The speech that a fixture states, as JSON in its container's comment, under one key. */

export interface SpokenLine {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  readonly speaker: string;
  readonly text: string;
}

export interface SpokenTruth {
  /** Language tag, such as `ja-JP`. */
  readonly language: string;
  readonly lines: readonly SpokenLine[];
}

const key = 'novaSpoken';

/** The comment that carries a truth. */
export const spokenComment = (truth: SpokenTruth) => JSON.stringify({ [key]: truth });

/** The truth a comment carries, or undefined: most comments are something else. */
export function spokenTruthOf(comment: string | undefined): SpokenTruth | undefined {
  const outer = fromJson(comment ?? '');
  const truth = isRecord(outer) ? outer[key] : undefined;
  if (!isRecord(truth) || !Array.isArray(truth.lines)) return undefined;
  return {
    language: String(truth.language),
    lines: truth.lines.filter(isRecord).map(({ start, end, speaker, text }) => ({
      start: Number(start),
      end: Number(end),
      speaker: String(speaker),
      text: String(text),
    })),
  };
}
