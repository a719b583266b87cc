import { type BarLine, barLine, type Measure } from './bar.ts';
import { Rate } from './rate.ts';
import type { Terminal } from './terminal.ts';

/** A bar that says how far a long piece of work is, how fast it goes and how long it will take. */
export interface Progress {
  update(measure: Measure): void;
  /** Takes the bar away. */
  end(): void;
}

const redrawMs = 100;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Shows a bar where somebody watches; elsewhere nothing.
 * @param now milliseconds
 */
export function progress(terminal: Terminal, label: string, now = () => performance.now()): Progress {
  const rate = new Rate();
  let measure: Measure | undefined;
  let drawn = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = () => {
    drawnAt = now();
    if (measure) rate.take(measure.done, drawnAt);
    const spinner = frames[drawn % frames.length] ?? '';
    drawn += 1;
    // A line that reaches the last column would go on in the next.
    const room = terminal.noteColumns - 1 - `${spinner} `.length;
    terminal.status(
      styledLine(terminal, spinner, barLine(label, measure ?? { done: 0 }, rate.perSecond, room)),
    );
  };
  const timer = terminal.live ? setInterval(draw, redrawMs).unref() : undefined;
  if (terminal.live) draw();
  return {
    update(next) {
      // What was done before, by an earlier run perhaps, says nothing about how fast this one is.
      if (!measure) rate.take(next.done, now());
      // Numbers may wait for the next picture; words are shown at once.
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
