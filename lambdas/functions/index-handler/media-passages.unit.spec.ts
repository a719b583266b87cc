import type { TranscriptSegment } from '@nova/shared/api/media';
import { describe, expect, it } from 'vitest';
import { passageCharsMax, presentable } from '../../documents/passages/passages.ts';
import { scenePassages, transcriptPassages } from './media-passages.ts';

const segment = (start: number, end: number, text: string, more: Partial<TranscriptSegment> = {}) => ({
  start,
  end,
  text,
  recognised: true,
  speaker: 'speaker-1',
  ...more,
});
const transcript = (...segments: TranscriptSegment[]) =>
  transcriptPassages({ durationSeconds: 100, model: 'm', segments });

describe('transcriptPassages', () => {
  it('joins consecutive segments of one speaker', () => {
    expect(transcript(segment(0, 2, 'one'), segment(2.5, 4, 'two'))).toEqual([
      { start: 0, end: 4, text: 'one two', speaker: 'speaker-1' },
    ]);
  });

  it('starts a passage with another speaker, after a pause, and after twenty seconds', () => {
    const passages = transcript(
      segment(0, 2, 'a'),
      segment(2, 3, 'b', { speaker: 'speaker-2' }),
      segment(9, 12, 'c', { speaker: 'speaker-2' }),
      segment(12, 28, 'd', { speaker: 'speaker-2' }),
      segment(28, 40, 'e', { speaker: 'speaker-2' }),
    );

    expect(passages.map(({ text }) => text)).toEqual(['a', 'b', 'c d', 'e']);
  });

  it('leaves out unrecognised speech', () => {
    const unrecognised = segment(0, 2, '', { recognised: false });

    expect(transcript(unrecognised, segment(2, 3, '  '))).toEqual([]);
  });
});

describe('scenePassages', () => {
  it('returns scenes and anomalies with their times', () => {
    const passages = scenePassages({
      durationSeconds: 10,
      model: 'm',
      timeline: [],
      answers: [],
      scenes: [{ start: 0, end: 4, description: 'A yard' }],
      anomalies: [
        { start: 2, end: 3, severity: 'high', confidence: 0.9, reason: 'Smoke' },
        { start: 5, end: 6, severity: 'low', confidence: 0.1, reason: ' ' },
      ],
    });

    expect(passages).toEqual([
      { start: 0, end: 4, text: 'A yard' },
      { start: 2, end: 3, text: 'Anomaly (high): Smoke' },
    ]);
  });
});

describe('presentable', () => {
  it('drops blank passages and shortens long ones without splitting a character', () => {
    const passages = presentable([{ text: ' \n' }, { text: `x${'\u{1F600}'.repeat(passageCharsMax)}` }]);

    expect(passages).toHaveLength(1);
    expect(passages[0]?.text.length).toBeLessThanOrEqual(passageCharsMax);
    expect(passages[0]?.text.isWellFormed()).toBe(true);
  });
});
