import { describe, expect, it } from 'vitest';
import { readTranscript } from './read-transcript.ts';

const word = (content: string, start: number, end: number, speaker_label = 'spk_0') => ({
  type: 'pronunciation',
  alternatives: [{ confidence: '0.9', content }],
  start_time: String(start),
  end_time: String(end),
  speaker_label,
});
const mark = (content: string) => ({ type: 'punctuation', alternatives: [{ confidence: '0.0', content }] });
const output = (language_code: string, ...items: object[]) => ({
  jobName: 'j',
  results: { language_code, items },
});

describe('readTranscript', () => {
  it('makes one segment of what one voice says without a pause', () => {
    const items = [
      ...[word('Good', 0.1, 0.4), word('morning', 0.4, 0.9), mark('.')],
      ...[word('Hello', 1.2, 1.6, 'spk_1'), mark('!'), word('So', 5, 5.2, 'spk_1')],
    ];

    expect(readTranscript(output('en-US', ...items), 6)).toEqual({
      language: 'en-US',
      durationSeconds: 6,
      model: 'amazon-transcribe',
      segments: [
        {
          start: 0.1,
          end: 0.9,
          text: 'Good morning.',
          recognised: true,
          speaker: 'speaker-1',
          language: 'en-US',
        },
        { start: 1.2, end: 1.6, text: 'Hello!', recognised: true, speaker: 'speaker-2', language: 'en-US' },
        { start: 5, end: 5.2, text: 'So', recognised: true, speaker: 'speaker-2', language: 'en-US' },
      ],
    });
  });

  it('puts no spaces into Japanese', () => {
    const items = [...'灯台です'].map((character, n) => word(character, n, n + 1));
    expect(readTranscript(output('ja-JP', ...items, mark('。')), 6).segments).toMatchObject([
      { text: '灯台です。', end: 4 },
    ]);
  });

  it('returns no segments for silence', () => {
    expect(readTranscript(output('en-US'), 5)).toMatchObject({ durationSeconds: 5, segments: [] });
  });

  it('reports a transcript of the stand-in', () => {
    const made = { ...output('en-US'), 'x-nova-stand-in': 'a stand-in' };
    expect(readTranscript(made, 6).model).toBe('a stand-in');
  });

  it.each([null, {}, { results: { items: [{ type: 'x' }] } }])('refuses %j', (value) => {
    expect(() => readTranscript(value, 6)).toThrow();
  });

  it('has the segments of each channel, in the order of time', () => {
    const channel = (label: string, ...items: object[]) => ({ channel_label: label, items });
    const items = [word('Hello', 0.1, 0.4), word('Yes', 0.2, 0.4)];
    const channels = [
      channel('ch_0', word('Hello', 0.1, 0.4), mark('?'), word('Well', 2, 2.4)),
      channel('ch_1', word('Yes', 0.2, 0.5)),
    ];
    const { results } = output('en-US', ...items);

    const { segments } = readTranscript({ results: { ...results, channel_labels: { channels } } }, 3);

    expect(segments.map(({ text, speaker, channel }) => [text, speaker, channel])).toEqual([
      ['Hello?', 'channel-1', 1],
      ['Yes', 'channel-2', 2],
      ['Well', 'channel-1', 1],
    ]);
  });
});
