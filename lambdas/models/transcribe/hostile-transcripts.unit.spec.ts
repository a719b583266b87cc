import { it } from 'vitest';
import { expectLinearOf } from '../../testing/linear-work.ts';
import { readTranscript } from './read-transcript.ts';

/** Whatever Amazon Transcribe heard, its result is read in time linear in its words: nobody need pause, or end a sentence. */

const word = (content: string, start_time: number, end_time: number, speaker_label = 'spk_0') => ({
  type: 'pronunciation',
  alternatives: [{ content }],
  ...{ start_time, end_time, speaker_label },
});

/** What follows in a transcript, from the second at which it starts. */
const kinds: Readonly<Record<string, (at: number, place: number) => object>> = {
  w: (at) => word('word', at, at + 0.1),
  s: (at, place) => word('word', at, at + 0.1, `spk_${place}`),
  b: (at) => word('word', at, at - 5),
  '.': () => ({ type: 'punctuation', alternatives: [{ content: '.' }] }),
  ',': () => ({ type: 'punctuation', alternatives: [{ content: ',' }] }),
};

const read = (text: string) =>
  readTranscript(
    {
      results: {
        language_code: 'en-US',
        items: [...text].map((kind, place) => kinds[kind]?.(place / 10, place)),
      },
    },
    1e4,
  );

it('a transcript takes time linear in its words', () =>
  expectLinearOf(read, Object.keys(kinds), { size: 2500, numRuns: 15 }));
