import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectLinear } from '../../testing/linear-work.ts';
import { subtitles } from './subtitles.ts';

const transcript = {
  language: 'en',
  durationSeconds: 3723,
  model: 'm',
  segments: [
    { start: 0.5, end: 2, text: 'Good morning.', recognised: true, speaker: 'Ann' },
    {
      start: 3661.0426,
      end: 3662.9996,
      text: 'If a < b\n\nthen --> stop & go',
      recognised: true,
      speaker: 'B',
    },
  ],
};

describe('subtitles', () => {
  it('are WebVTT', () => {
    expect(subtitles(transcript, 'vtt')).toEqual({
      mediaType: 'text/vtt',
      text: `WEBVTT
Language: en

00:00:00.500 --> 00:00:02.000
<v Ann>Good morning.</v>

01:01:01.043 --> 01:01:03.000
<v B>If a &lt; b then --&gt; stop &amp; go</v>
`,
    });
  });

  it('are SubRip', () => {
    expect(subtitles(transcript, 'srt')).toEqual({
      mediaType: 'application/x-subrip',
      text: `1
00:00:00,500 --> 00:00:02,000
Ann: Good morning.

2
01:01:01,043 --> 01:01:03,000
B: If a < b then --> stop & go
`,
    });
  });

  it('of an empty transcript are an empty file of their format', () => {
    const nothing = { ...transcript, segments: [] };
    expect(subtitles(nothing, 'srt').text).toBe('');
    expect(subtitles(nothing, 'vtt').text).toBe('WEBVTT\nLanguage: en\n');
  });

  it('have one cue for each segment, whatever its text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const segments = texts.map((text, n) => ({
          start: n,
          end: n + 1,
          text,
          recognised: true,
          speaker: 'A',
        }));
        const { text } = subtitles({ ...transcript, segments }, 'vtt');
        expect(text.match(/-->/g)?.length ?? 0).toBe(texts.length);
        expect(text.split('\n\n')).toHaveLength(texts.length + 1);
      }),
    );
  });

  it.each([[' '], ['\n '], ['a \n'], ['&<']])('take time linear in the length of %j', (fragment) => {
    const write = (text: string) =>
      subtitles({ ...transcript, segments: [{ ...transcript.segments[0], text } as never] }, 'vtt');

    return expectLinear(write, fragment, 32 * 1024);
  });
});
