import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { DocumentPart } from '../blocks/block.ts';
import { joinLines } from '../blocks/join-lines.ts';

/** Seconds of silence after which a cue begins a paragraph. */
const pauseSeconds = 3;

interface Cue {
  readonly start: number;
  readonly end: number;
  readonly lines: string[];
}

/**
 * The cues of subtitles in SubRip, which has no standard, or WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format"), with their seconds. A
 * sentence that goes over several cues is whole. Notes, styles and the marks of players are left out.
 * @param budget looked at before each cue
 */
export function* readSubtitles(source: string, budget: WorkBudget): Generator<DocumentPart> {
  const language = /^WEBVTT[^\n]*\n(?:[^\n]+\n){0,9}?Language:\s*([\w-]{2,35})/.exec(
    source.slice(0, 1000),
  )?.[1];
  if (language) yield { kind: 'about', language };
  let before: { readonly text: string; readonly end: number } | undefined;
  let shown = '';
  for (const { start, end, lines } of cuesOf(source)) {
    budget();
    // Rolling captions show their last line again.
    const fresh = lines.map(withoutMarks).filter((line) => line !== '' && line !== shown);
    shown = fresh.at(-1) ?? shown;
    const text = joinLines(fresh);
    if (text === '') continue;
    const isOpen = before && start - before.end < pauseSeconds && !/[.!?…。！？:"”»」)\]]$/.test(before.text);
    const continues = isOpen && !isSpoken.test(text) ? ({ continues: true } as const) : {};
    yield { kind: 'paragraph', text, place: { start, end }, ...continues };
    before = { text, end };
  }
}

/** A cue that names who speaks, or has a dash before the words. */
const isSpoken = /^(?:[-–—]|[\p{L}][\p{L} .'-]{0,40}:)/u;

const time = String.raw`(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})`;
const timing = new RegExp(`^\\s{0,20}${time}\\s{1,20}-->\\s{1,20}${time}`);

function* cuesOf(source: string): Generator<Cue> {
  let cue: Cue | undefined;
  for (const line of source.split(/\r\n?|\n/)) {
    const found = line.includes('-->') ? timing.exec(line) : null;
    if (found) {
      // Without a blank line between them, the number of this cue ends the one before.
      if (cue && /^\d+$/.test(cue.lines.at(-1) ?? '')) cue.lines.pop();
      if (cue) yield cue;
      cue = { start: secondsOf(found.slice(1, 5)), end: secondsOf(found.slice(5, 9)), lines: [] };
    } else if (line.trim() === '') {
      if (cue) yield cue;
      cue = undefined;
    } else cue?.lines.push(line);
  }
  if (cue) yield cue;
}

function secondsOf([hours = '0', minutes = '0', seconds = '0', fraction = '0']: readonly (
  | string
  | undefined
)[]): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(`0.${fraction}`);
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  lrm: '',
  rlm: '',
};

/** The words of a line; a voice is named before them. */
const withoutMarks = (line: string) =>
  line
    .replaceAll(/<v(?:\.[^\s<>]{0,99})?\s([^<>]{1,99})>/g, '$1: ')
    .replaceAll(/<[^<>]{0,500}>|\{\\[^{}]{0,99}\}/g, '')
    .replaceAll(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (_, name: string) => entities[name] ?? '')
    .trim();
