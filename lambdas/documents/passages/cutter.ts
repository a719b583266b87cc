import { areApart } from './place.ts';
import type { Unit } from './unit.ts';

/** Sizes in hundredths of tokens. */
export const passageWeights = {
  /** From this weight on, a heading ends the passage before it. */
  section: 4000,
  /** From this weight on, the end of a paragraph ends a passage. */
  enough: 17_000,
  /** No passage weighs more. */
  most: 25_500,
  /** Weight of the passage before that is repeated, at most, when a passage ends inside a paragraph. */
  overlap: 3200,
  /** A row that names columns is repeated up to this weight. */
  header: 5000,
} as const;

/** Weight of a unit, at most: it fits beside what is repeated and the line ends before it. */
export const unitWeight = passageWeights.most - passageWeights.header - 100;

/** Gathers units into passages. */
export class Cutter {
  #held: Unit[] = [];
  #weight = 0;
  #header: Unit | undefined;

  /** @returns the units of the passage that ends before this unit, if one does */
  add(unit: Unit): readonly Unit[] | undefined {
    const ended = this.#endBefore(unit);
    this.#push(unit);
    if (unit.header && unit.opens) this.#header = unit;
    else if (unit.table !== this.#header?.table) this.#header = undefined;
    return ended;
  }

  /** @returns the units of the last passage, if there is one */
  end(): readonly Unit[] | undefined {
    return this.#held.length > 0 ? this.#take([]) : undefined;
  }

  #endBefore(unit: Unit): readonly Unit[] | undefined {
    const last = this.#held.at(-1);
    if (!last) return undefined;
    if (areApart(last.to, unit.from)) return this.#take([]);
    if (this.#weight + unit.weight > passageWeights.most) return this.#cut(last, unit);
    if (!unit.opens || last.kind === 'heading') return undefined;
    if (unit.kind === 'heading') return this.#weight >= passageWeights.section ? this.#take([]) : undefined;
    const isNextRow = unit.kind === 'row' && unit.table === last.table;
    return this.#weight >= passageWeights.enough && !isNextRow ? this.#take([]) : undefined;
  }

  /** Ends the passage because the unit does not fit. Headings go with what follows them. */
  #cut(last: Unit, unit: Unit): readonly Unit[] {
    const text = this.#held.findLastIndex(({ kind }) => kind !== 'heading') + 1;
    const headings = this.#held.slice(text);
    if (text > 0 && headings.length > 0 && weightOf(headings) + unit.weight <= passageWeights.most) {
      this.#held = this.#held.slice(0, text);
      return this.#take(headings);
    }
    const header = this.#header;
    if (header && header.table === unit.table && header.weight <= passageWeights.header) {
      return this.#take([{ ...header, repeated: true }]);
    }
    return this.#take(unit.opens || last.kind === 'row' ? [] : this.#overlap(unit));
  }

  /** The last sentences of the paragraph that the unit continues, as many as the overlap and the room before the unit allow. */
  #overlap(unit: Unit): Unit[] {
    const room = Math.min(passageWeights.overlap, passageWeights.most - unit.weight);
    let [from, weight] = [this.#held.length, 0];
    for (let at = from - 1; at >= 0; at -= 1) {
      const sentence = this.#held[at];
      weight += sentence?.weight ?? 0;
      if (!sentence || weight > room) break;
      from = at;
      if (sentence.opens) break;
    }
    return this.#held.slice(from);
  }

  /** @param next what the next passage starts with */
  #take(next: readonly Unit[]): readonly Unit[] {
    const taken = this.#held;
    this.#held = [];
    this.#weight = 0;
    for (const unit of next) this.#push(unit);
    return taken;
  }

  #push(unit: Unit): void {
    this.#held.push(unit);
    this.#weight += unit.weight;
  }
}

const weightOf = (units: readonly Unit[]) => units.reduce((sum, { weight }) => sum + weight, 0);
