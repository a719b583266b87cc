import { it } from 'vitest';
import { expectLinearOf } from '../../../testing/linear-work.ts';
import { RunningLines } from '../running-lines.ts';
import { layoutOf, textsOf } from './page-layout.ts';
import { Runs } from './runs.ts';

/** What each letter of a hostile page does: it moves, then draws a word. */
const moves: Readonly<Record<string, (at: { x: number; y: number; size: number }) => void>> = {
  right: (at) => (at.x += 5),
  far: (at) => (at.x += 40),
  left: (at) => (at.x -= 300),
  down: (at) => (at.y -= 12),
  little: (at) => (at.y -= 0.01),
  up: (at) => (at.y += 3),
  back: (at) => (at.x = 0),
  large: (at) => (at.size = 40),
  small: (at) => (at.size = 1),
};

const words = ['word', 'detec-', 'שלום', '日本', '•', '12'];

function draw(steps: string): Runs {
  const runs = new Runs(0);
  const at = { x: 0, y: 0, size: 10 };
  for (const [number, step] of steps.trim().split(' ').entries()) {
    moves[step]?.(at);
    const str = words[number % words.length] ?? '';
    const { x, y, size } = at;
    runs.add(
      {
        ...{ str, transform: [size, 0, 0, size, x, y], width: str.length * size * 0.5, height: size },
        ...{ dir: str === 'שלום' ? 'rtl' : 'ltr', fontName: '' },
      },
      false,
    );
  }
  return runs;
}

it('the layout of a page takes time linear in its text, wherever it stands', () =>
  expectLinearOf(
    (steps) => textsOf(layoutOf(draw(steps)).stretches, new Set()),
    Object.keys(moves).map((move) => `${move} `),
    { size: 16 * 1024, numRuns: 12 },
  ));

it('the lines that run through a document are found in time linear in its text', () =>
  expectLinearOf(
    (steps) => {
      const running = new RunningLines(4);
      for (let number = 1; number <= 4; number += 1) {
        for (const _ of running.add({ number, runs: draw(steps), view: [0, 0, 600, 800], rotate: 0 }));
      }
      for (const _ of running.end());
    },
    Object.keys(moves).map((move) => `${move} `),
    { size: 8 * 1024, numRuns: 8 },
  ));
