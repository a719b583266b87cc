import type { Terminal } from './terminal.ts';
import { count, cut, duration } from './text.ts';

export interface Measure {
  /** Absent where nobody knows. */
  readonly total?: number;
  readonly done: number;
  /** What is counted: `commits`. */
  readonly unit: string;
  /** Writes an amount, where that is more than a number and the unit. */
  readonly show?: (amount: number) => string;
}

/** A bar that says how far a long piece of work is, how fast it goes and how long it will take. */
export interface Progress {
  update(measure: Measure): void;
  /** Takes the bar away. */
  end(): void;
}

const barWidth = 28;
const redrawMs = 100;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Shows a bar where somebody watches; elsewhere nothing.
 * @param now milliseconds
 */
export function progress(terminal: Terminal, label: string, now = () => performance.now()): Progress {
  let first: { readonly done: number; readonly at: number } | undefined;
  let measure: Measure = { done: 0, unit: '' };
  let frame = 0;
  const draw = () => {
    frame += 1;
    const spinner = terminal.styledNote('cyan', frames[frame % frames.length] ?? '');
    const text = describe(measure, first ? (measure.done - first.done) / ((now() - first.at) / 1000) : 0);
    const bar = barOf(measure);
    const room = Number.isFinite(terminal.columns) ? terminal.columns : 120;
    const rest = cut(text, Math.max(0, room - 3 - label.length - 2 - (bar ? barWidth + 2 : 0)));
    const drawn = bar && `${terminal.styledNote('cyan', bar.full)}${terminal.styledNote('dim', bar.empty)}  `;
    terminal.status(`${spinner} ${terminal.styledNote('bold', label)}  ${drawn ?? ''}${rest}`);
  };
  const timer = terminal.live ? setInterval(draw, redrawMs).unref() : undefined;
  if (terminal.live) draw();
  return {
    update(next) {
      // What was done before, by an earlier run perhaps, says nothing about how fast this one is.
      first ??= { done: next.done, at: now() };
      measure = next;
      if (terminal.live) draw();
    },
    end() {
      clearInterval(timer);
      terminal.status();
    },
  };
}

function barOf({ total, done }: Measure) {
  if (!total) return undefined;
  const full = Math.round(Math.min(1, done / total) * barWidth);
  return { full: '━'.repeat(full), empty: '━'.repeat(barWidth - full) };
}

/** @param rate a second; what is not known yet is no number above 0 */
function describe({ total, done, unit, show }: Measure, rate: number): string {
  if (!unit) return '';
  const shown = show ?? count;
  const amount = (value: number) => (show ? show(value) : `${count(value)} ${unit}`);
  const left = total && known(rate) && done < total ? ((total - done) / rate) * 1000 : undefined;
  return [
    total ? `${Math.min(100, Math.floor((done / total) * 100))} %` : '',
    total ? `${shown(done)} of ${amount(Math.max(total, done))}` : amount(done),
    known(rate) ? `${shown(rate)}/s` : '',
    left !== undefined ? `${duration(left)} left` : '',
  ]
    .filter(Boolean)
    .join('  ');
}

const known = (rate: number) => Number.isFinite(rate) && rate > 0;
