import {
  type SubtitleFormat,
  subtitleTypes,
  type Transcript,
  type TranscriptSegment,
} from '@nova/shared/api/media';
import { TextAnswer } from '../../http/api.ts';

/** A transcript as subtitles, one cue a segment, with who speaks. */
export function subtitles({ segments, language }: Transcript, format: SubtitleFormat): TextAnswer {
  const text = format === 'vtt' ? webVtt(segments, language) : subRip(segments);
  return new TextAnswer(subtitleTypes[format], text);
}

/** WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format"): the voice of a cue is a span. */
function webVtt(segments: readonly TranscriptSegment[], language: string | undefined): string {
  const cues = segments.map(
    ({ start, end, speaker, text }) =>
      `${times(start, end, '.')}\n<v ${escaped(speaker)}>${escaped(oneLine(text))}</v>\n`,
  );
  return [`WEBVTT\n${language ? `Language: ${language}\n` : ''}`, ...cues].join('\n');
}

/** SubRip has no standard; numbers, commas in times and a speaker before the words are what players take. */
function subRip(segments: readonly TranscriptSegment[]): string {
  return segments
    .map(
      ({ start, end, speaker, text }, place) =>
        `${place + 1}\n${times(start, end, ',')}\n${speaker}: ${oneLine(text)}\n`,
    )
    .join('\n');
}

const times = (start: number, end: number, point: string) => `${time(start, point)} --> ${time(end, point)}`;

/** `01:02:03.456` */
function time(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const clock = `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}`;
  return `${clock}${point}${String(ms % 1000).padStart(3, '0')}`;
}

/** An empty line would end the cue. */
const oneLine = (text: string) =>
  text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
