import type { Analysis, Transcript } from '@nova/shared/api/media';
import type { Passage } from '../../documents/passages/passages.ts';

/** Longest passage of speech, seconds: a hit leads to a sentence, not to a chapter. */
const maxSpokenSeconds = 20;
/** Longest silence inside a passage, seconds: after it, the speaker probably changes the subject. */
const maxPauseSeconds = 3;

interface Spoken extends Passage {
  readonly start: number;
  readonly end: number;
  readonly speaker: string;
}

/** Passages of a transcript: neighbouring segments of one speaker in one language are joined. Unrecognised speech is left out. */
export function transcriptPassages({ segments, language: spoken }: Transcript): Passage[] {
  const passages: Spoken[] = [];
  for (const { start, end, text, speaker, recognised, language = spoken } of segments) {
    if (!recognised || text.trim() === '') continue;
    const tag = language?.split('-')[0]?.toLowerCase();
    const last = passages.at(-1);
    const follows = last?.speaker === speaker && last.language === tag && start - last.end <= maxPauseSeconds;
    if (follows && end - last.start <= maxSpokenSeconds) {
      passages[passages.length - 1] = { ...last, end, text: `${last.text} ${text.trim()}` };
    } else {
      passages.push({ start, end, text: text.trim(), speaker, ...(tag ? { language: tag } : {}) });
    }
  }
  return passages;
}

/** Passages of an analysis: each scene, and each anomaly. */
export function scenePassages({ scenes, anomalies }: Analysis): Passage[] {
  return [
    ...scenes.map(({ start, end, description }) => ({ start, end, text: description })),
    ...anomalies
      .filter(({ reason }) => reason.trim() !== '')
      .map(({ start, end, severity, reason }) => ({ start, end, text: `Anomaly (${severity}): ${reason}` })),
  ];
}
