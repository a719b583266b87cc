import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { barLine, type Measure } from './bar.ts';
import { size } from './text.ts';

const upload = { done: 90e6, total: 200e6, unit: 'bytes', show: size };

/** The line as a terminal shows it. */
function shown(label: string, measure: Measure, rate: number | undefined, room: number): string {
  const { label: name, full, empty, facts } = barLine(label, measure, rate, room);
  return [name, full + empty, facts].filter(Boolean).join('  ');
}

describe('a bar', () => {
  it.each([
    [100, 'long.wav  ━━━━━━━━━━━━────────────────   45 %   90.0 MB of 200.0 MB   30.0 MB/s   0:04 left'],
    [77, 'long.wav  ━━━━━━────────   45 %   90.0 MB of 200.0 MB   30.0 MB/s   0:04 left'],
    [60, 'long.wav  ━━━━─────   45 %   90.0 MB of 200.0 MB   0:04 left'],
    [37, 'long.wav  ━━━─────   45 %   0:04 left'],
    [30, 'long.wav  ━━━━━────────   45 %'],
    [14, 'lon…wav   45 %'],
  ])('in %i columns leaves out the least important parts', (room, line) => {
    expect(shown('long.wav', upload, 30e6, room)).toBe(line);
  });

  it('shortens a label that leaves too little room for the numbers', () => {
    expect(shown('interview with the keeper.wav', upload, 30e6, 77)).toBe(
      'interview wit…e keeper.wav  ━━━─────   45 %   90.0 MB of 200.0 MB   0:04 left',
    );
  });

  it('shows the activity instead of amounts', () => {
    const checking = { done: 5, total: 5, doing: 'checking' };

    expect(shown('a.wav', checking, 12, 37)).toBe('a.wav  ━━━━━━━━━━━━━  100 %  checking');
  });

  it('shows the amount when the total is unknown', () => {
    expect(shown('Removing', { done: 1200, unit: 'rows' }, 100, 60)).toBe('Removing  1,200 rows  100/s');
    expect(shown('Removing', { done: 0 }, undefined, 60)).toBe('Removing');
  });

  it('can be read without colours', () => {
    const { full, empty } = barLine('a', { done: 1, total: 2, unit: 'rows' }, undefined, 80);

    expect(full.length).toBe(empty.length);
    expect(full).not.toBe(empty);
  });

  it('escapes control characters of its label', () => {
    expect(shown('\u001B[2J\n.wav', { done: 0 }, undefined, 80)).toBe('\\u001b[2J .wav');
  });

  it('never takes more columns than the terminal has', () => {
    const measures = fc.record(
      {
        done: fc.nat(2e9),
        total: fc.nat(1e9),
        unit: fc.constantFrom('bytes', 'commits'),
        show: fc.constant(size),
        doing: fc.constantFrom('checking', 'transcribing'),
      },
      { requiredKeys: ['done'] },
    );
    const rates = fc.option(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 120 }),
        measures,
        rates,
        fc.integer({ min: 0, max: 200 }),
        (label, measure, rate, room) => {
          expect(stringWidth(shown(label, measure, rate, room))).toBeLessThanOrEqual(room);
        },
      ),
    );
  });

  it('keeps its width while it moves', () => {
    const barColumns = (done: number, rate: number) => {
      const { full, empty } = barLine('long.wav', { ...upload, done }, rate, 77);
      return full.length + empty.length;
    };
    fc.assert(
      fc.property(fc.nat(200e6), fc.integer({ min: 1e5, max: 1e9 - 1 }), (done, rate) => {
        expect(barColumns(done, rate)).toBe(barColumns(0, 30e6));
      }),
    );
  });
});
