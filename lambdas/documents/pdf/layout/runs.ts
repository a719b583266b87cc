import type { Run } from './run.ts';
import { stackedOf } from './stacked.ts';

/** An item of text as PDF.js yields it. Lengths are in units of the page before it is turned. */
export interface TextItem {
  readonly str: string;
  /** Matrix of the text (ISO 32000-1 §8.3.3): the last two are where its baseline starts. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly dir: string;
  readonly fontName: string;
}

/** Runs that are read in one direction. */
export interface TurnedRuns {
  /** Degrees by which the text is turned on the page as it is shown, counter-clockwise. */
  readonly angle: number;
  readonly runs: Run[];
}

/** Degrees by which text may lean and still belong to the text beside it: scanned pages are not quite straight. */
const leaning = 5;
/** Brackets, commas and dashes that are turned for vertical writing: the text has the plain ones. PDF.js does so for ligatures. */
const verticalMarks = /[\ufe10-\ufe19\ufe30-\ufe48]/g;
/** Lines of vertical writing go down the page. */
const vertical = 270;

/** Collects the items of a page by the direction of their text. */
export class Runs {
  readonly #turned = new Map<number, TurnedRuns>();
  readonly #pageAngle: number;
  #order = 0;
  #spaced = false;

  /** @param pageAngle degrees by which the page is turned clockwise to be shown */
  constructor(pageAngle: number) {
    this.#pageAngle = pageAngle;
  }

  /** @param isVertical the font writes from top to bottom */
  add(item: TextItem, isVertical: boolean): void {
    const text = item.str.trim().replaceAll(verticalMarks, (mark) => mark.normalize('NFKC'));
    if (text === '') {
      this.#spaced ||= item.str !== '';
      return;
    }
    const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = item.transform;
    if (![a, b, c, d, e, f, item.width, item.height].every(Number.isFinite)) return;
    const angle = quarter((Math.atan2(b, a) * 180) / Math.PI) + (isVertical ? vertical : 0);
    const [cos, sin] = turnOf(angle);
    const x = e * cos + f * sin;
    const size = Math.hypot(c, d) || Math.hypot(a, b);
    this.#at(angle - this.#pageAngle).push({
      ...{ text, x, end: x + (isVertical ? item.height : item.width), y: f * cos - e * sin, size },
      ...{ rtl: item.dir === 'rtl', spaced: this.#spaced || item.str !== item.str.trimStart() },
      order: this.#order,
    });
    this.#order += 1;
    this.#spaced = item.str !== item.str.trimEnd();
  }

  get count(): number {
    return this.#turned.values().reduce((sum, { runs }) => sum + runs.length, 0);
  }

  remove(unwanted: ReadonlySet<Run>): void {
    if (unwanted.size === 0) return;
    for (const [key, { angle, runs }] of this.#turned) {
      this.#turned.set(key, { angle, runs: runs.filter((run) => !unwanted.has(run)) });
    }
  }

  clear(): void {
    this.#turned.clear();
  }

  /** Turns text of horizontal fonts that goes down the page; asked for once all runs are there. */
  settle(): void {
    const across = this.#turned.get(shown(-this.#pageAngle));
    if (!across) return;
    const { stacked, others } = stackedOf(across.runs);
    if (stacked.length === 0) return;
    this.#turned.set(across.angle, { angle: across.angle, runs: others });
    this.#at(vertical - this.#pageAngle).push(...stacked);
  }

  /** The runs by direction, those with the most text first. */
  get turned(): readonly TurnedRuns[] {
    const lengths = new Map(
      [...this.#turned.values()].map((group) => [
        group,
        group.runs.reduce((sum, { text }) => sum + text.length, 0),
      ]),
    );
    return [...lengths].sort(([, one], [, other]) => other - one).map(([group]) => group);
  }

  #at(angle: number): Run[] {
    const key = shown(angle);
    const group = this.#turned.get(key) ?? { angle: key, runs: [] };
    this.#turned.set(key, group);
    return group.runs;
  }
}

const shown = (angle: number) => (Math.round(angle) + 720) % 360;

/** The nearest quarter of a turn, or the angle itself where none is near. */
function quarter(angle: number): number {
  const nearest = Math.round(angle / 90) * 90;
  return Math.abs(angle - nearest) <= leaning ? nearest : Math.round(angle / leaning) * leaning;
}

function turnOf(angle: number): readonly [number, number] {
  const radians = (angle * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
}
