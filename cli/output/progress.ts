import { type BarLine, barLine, type Measure } from './bar.ts';
import type { Terminal } from './terminal.ts';

/** A progress bar with rate and time left. */
export interface Progress {
  update(measure: Measure): void;
  /** Removes the bar. */
  end(): void;
}

const redrawMs = 100;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Shows a progress bar on a terminal, and nothing elsewhere.
 * @param now milliseconds
 */
export function progress(terminal: Terminal, label: string, now = () => performance.now()): Progress {
  const rate = new Rate();
  let measure: Measure | undefined;
  let drawn = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = () => {
    drawnAt = now();
    if (measure) rate.add(measure.done, drawnAt);
    const spinner = frames[drawn % frames.length] ?? '';
    drawn += 1;
    // A line that reaches the last column would wrap.
    const room = terminal.noteColumns - 1 - `${spinner} `.length;
    terminal.status(
      styledLine(terminal, spinner, barLine(label, measure ?? { done: 0 }, rate.perSecond, room)),
    );
  };
  const timer = terminal.live ? setInterval(draw, redrawMs).unref() : undefined;
  if (terminal.live) draw();
  return {
    update(next) {
      // Progress of an earlier run does not count for the rate of this one.
      if (!measure) rate.add(next.done, now());
      // Numbers can wait for the next redraw; words are shown at once.
      const isNews = next.unit !== measure?.unit || next.doing !== measure?.doing;
      measure = next;
      if (terminal.live && (isNews || now() - drawnAt >= redrawMs)) draw();
    },
    end() {
      clearInterval(timer);
      terminal.status();
    },
  };
}

function styledLine(
  { styledNote }: Terminal,
  spinner: string,
  { label, full, empty, facts }: BarLine,
): string {
  const name = `${styledNote('cyan', spinner)} ${styledNote('bold', label)}`;
  const bar = full + empty && `${styledNote('cyan', full)}${styledNote('dim', empty)}`;
  return [name, bar, facts].filter(Boolean).join('  ');
}

/** Milliseconds that a rate covers: long enough for work in large steps, short enough to follow a slowing connection. */
const windowMs = 30_000;
/** Milliseconds before the first rate: at the start, work only fills buffers. */
const settleMs = 1000;

/** The recent growth of an amount. */
export class Rate {
  readonly #samples: { readonly amount: number; readonly at: number }[] = [];

  /** @param at milliseconds, never less than in the call before */
  add(amount: number, at: number): void {
    this.#samples.push({ amount, at });
    while ((this.#samples[1]?.at ?? at) <= at - windowMs) this.#samples.shift();
  }

  /** Growth per second; undefined while it is unknown, and without growth. */
  get perSecond(): number | undefined {
    const [first, last] = [this.#samples.at(0), this.#samples.at(-1)];
    if (!first || !last || last.at - first.at < settleMs || last.amount <= first.amount) return undefined;
    return ((last.amount - first.amount) / (last.at - first.at)) * 1000;
  }
}
