import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { clock, count, oneLine } from './text.ts';

export interface Measure {
  /** Absent when it is unknown. */
  readonly total?: number;
  readonly done: number;
  /** Plural noun: `commits`. Absent when the amounts are not meaningful to people. */
  readonly unit?: string;
  /** Formats an amount, if a number with the unit is not enough. */
  readonly show?: (amount: number) => string;
  /** Current activity; shown instead of the amounts. */
  readonly doing?: string;
}

/** A line in parts: each has its own style. */
export interface BarLine {
  readonly label: string;
  readonly full: string;
  readonly empty: string;
  readonly facts: string;
}

/** A part of the line besides the label. When room is short, the parts with the highest ranks are left out. */
interface Piece {
  readonly rank: number;
  readonly text: string;
}

const gap = 2;
const barLeast = 8;
const barMost = 28;
/** Minimum columns of a changing value, so that the line does not jump. */
const slot = 10;
/** Share of the room that the label may always use. */
const labelShare = 1 / 3;

/**
 * Fits label, bar and facts in one line. Facts are shown whole or not at all; the label is shortened to make room.
 * @param rate per second, if it is known
 * @param room columns
 */
export function barLine(label: string, measure: Measure, rate: number | undefined, room: number): BarLine {
  const bar = measure.total ? [{ rank: 1, text: ' '.repeat(barLeast) }] : [];
  const pieces: Piece[] = [...bar, ...measureFacts(measure, rate)];
  const whole = oneLine(label);
  const shown = ranked(pieces, room - Math.min(stringWidth(whole), Math.floor(room * labelShare)));
  const name = cliTruncate(whole, room - taken(shown), { position: 'middle' });
  const spare = room - taken(shown) - stringWidth(name);
  const isBarShown = bar.some((piece) => shown.includes(piece));
  const columns = isBarShown ? Math.min(barMost, barLeast + spare) : 0;
  const facts = shown.filter((piece) => !bar.includes(piece)).map(({ text }) => text);
  return { label: name, ...barParts(measure, columns), facts: facts.join(' '.repeat(gap)).trimEnd() };
}

/** The bar is full only when everything is done. */
function barParts({ done, total = 1 }: Measure, columns: number) {
  const full = Math.floor(Math.min(1, done / total) * columns);
  return { full: '━'.repeat(full), empty: '─'.repeat(columns - full) };
}

const taken = (pieces: readonly Piece[]) =>
  pieces.reduce((columns, { text }) => columns + gap + stringWidth(text), 0);

/** The pieces that fit, in their original order. */
function ranked(pieces: readonly Piece[], room: number): Piece[] {
  const byRank = pieces.toSorted((one, other) => one.rank - other.rank);
  const end = byRank.findIndex((_, index) => taken(byRank.slice(0, index + 1)) > room);
  const fitting = byRank.slice(0, end === -1 ? undefined : end);
  return pieces.filter((piece) => fitting.includes(piece));
}

function measureFacts({ total, done, unit, show, doing }: Measure, rate: number | undefined): Piece[] {
  const shown = show ?? count;
  const amount = (value: number) => (show ? show(value) : `${count(value)} ${unit}`);
  const perSecond = rate === undefined ? '' : `${shown(rate)}/s`;
  const work = doing === undefined ? [] : [{ rank: 2, text: doing }];
  if (!total) {
    return unit ? [...work, { rank: 3, text: amount(done) }, { rank: 4, text: perSecond }] : work;
  }
  const seconds = rate === undefined || done >= total ? undefined : Math.ceil((total - done) / rate);
  const left = seconds === undefined ? '' : `${clock(seconds)} left`;
  const of = `${shown(done).padStart(shown(total).length)} of ${amount(Math.max(total, done))}`;
  const amounts = [
    { rank: 4, text: of },
    { rank: 5, text: perSecond.padStart(slot) },
  ];
  return [
    { rank: 0, text: `${Math.min(100, Math.floor((done / total) * 100))} %`.padStart('100 %'.length) },
    ...work,
    ...(unit && doing === undefined ? amounts : []),
    { rank: 3, text: left.padStart(slot) },
  ];
}
