import type { Transcript } from '@nova/shared/api/media';
import type { Passage } from '../../../documents/passages.ts';

/** Longest passage of speech, seconds: a hit should lead to the place, not to its chapter. */
export const spokenSecondsMax = 20;
/** Longest silence inside a passage, seconds: after it, the speaker is likely on to something else. */
const pauseSecondsMax = 3;

interface Spoken extends Passage {
  readonly start: number;
  readonly end: number;
  readonly speaker: string;
}

/** Passages of what was said: neighbouring segments of one speaker in one language together. What was not understood is left out. */
export function transcriptPassages({ segments, language: spoken }: Transcript): Passage[] {
  const passages: Spoken[] = [];
  for (const { start, end, text, speaker, recognised, language = spoken } of segments) {
    if (!recognised || text.trim() === '') continue;
    const tag = language?.split('-')[0]?.toLowerCase();
    const last = passages.at(-1);
    const follows = last?.speaker === speaker && last.language === tag && start - last.end <= pauseSecondsMax;
    if (follows && end - last.start <= spokenSecondsMax) {
      passages[passages.length - 1] = { ...last, end, text: `${last.text} ${text.trim()}` };
    } else {
      passages.push({ start, end, text: text.trim(), speaker, ...(tag ? { language: tag } : {}) });
    }
  }
  return passages;
}
