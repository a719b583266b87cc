import { describe, expect, it } from 'vitest';
import { aTerminal } from '../testing/terminal-fixture.ts';
import { table } from './table.ts';
import { ago, count, counted, duration, hundredths, moment, oneLine, size, wrapped } from './text.ts';

interface Row {
  readonly name: string;
  readonly size: string;
  readonly why: string;
}
const columns = [
  { title: 'NAME', text: ({ name }: Row) => name },
  { title: 'SIZE', text: ({ size }: Row) => size, align: 'right' as const },
  { title: 'WHY', text: ({ why }: Row) => why },
];
const rows = [
  { name: 'a', size: '1', why: 'because it is so long that it ends late' },
  { name: 'longer', size: '1,000', why: '' },
];

describe('a table', () => {
  it('aligns wide characters', () => {
    const { terminal, lines } = aTerminal();

    table(terminal, columns, [{ name: '港', size: '1', why: 'x' }, ...rows.slice(1)]);

    expect(lines).toEqual(['  NAME     SIZE  WHY', '  港          1  x', '  longer  1,000']);
  });

  it('is aligned, and not wrapped in a pipe', () => {
    const { terminal, lines } = aTerminal();

    table(terminal, columns, rows);

    expect(lines).toEqual([
      '  NAME     SIZE  WHY',
      '  a           1  because it is so long that it ends late',
      '  longer  1,000',
    ]);
  });

  it('wraps the last column at the edge of the terminal', () => {
    const { terminal, lines } = aTerminal(45);

    table(terminal, columns, rows);

    expect(lines).toEqual([
      '  NAME     SIZE  WHY',
      '  a           1  because it is so long that',
      '                 it ends late',
      '  longer  1,000',
    ]);
  });

  it('moves the last column below when there is no room beside the others', () => {
    const { terminal, lines } = aTerminal(36);

    table(terminal, columns, rows);

    expect(lines).toEqual([
      '  NAME     SIZE',
      '  a           1',
      '      because it is so long that it',
      '      ends late',
      '  longer  1,000',
    ]);
  });

  it('escapes control characters of its data', () => {
    const { terminal, lines } = aTerminal();

    table(terminal, columns.slice(0, 1), [{ name: '\u001B[2Jgone\u009B', size: '', why: '' }]);

    expect(lines[1]).toBe('  \\u001b[2Jgone\\u009b');
  });
});

describe('text', () => {
  it('formats numbers, times and durations', () => {
    expect([count(1234567), counted(1, 'stream'), counted(0, 'stream')]).toEqual([
      '1,234,567',
      '1 stream',
      '0 streams',
    ]);
    expect([hundredths(0.636), hundredths(-0.1), hundredths(-0.0004)]).toEqual(['0.64', '-0.10', '0.00']);
    expect([duration(450), duration(61_000)]).toEqual(['0.5 s', '1 min 1 s']);
    expect([moment('2026-01-31T12:00:00.123Z'), moment('odd\u0007')]).toEqual([
      '2026-01-31 12:00:00Z',
      'odd\\u0007',
    ]);
    const now = Date.parse('2026-01-02T00:00:00Z');
    const times = [
      '2026-01-01T23:59:59Z',
      '2026-01-01T23:59:00Z',
      '2026-01-01T12:00:00Z',
      '2025-12-01T00:00:00Z',
      'x',
    ];
    expect(times.map((time) => ago(time, now))).toEqual(['now', '1 min ago', '12 h ago', '32 d ago', 'x']);
  });

  it('formats sizes in the largest unit with at least 1.0', () => {
    expect([999, 1000, 999_949, 999_950, 70.4e6].map(size)).toEqual([
      '999 B',
      '1.0 kB',
      '999.9 kB',
      '1.0 MB',
      '70.4 MB',
    ]);
  });

  it('stays on one line, and wraps between words', () => {
    expect(oneLine('a\n  b\u202E')).toBe('a b\\u202e');
    expect(wrapped('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapped('unbreakable', 4)).toEqual(['unbr', 'eaka', 'ble']);
    expect(wrapped('港の記録', 4)).toEqual(['港の', '記録']);
  });
});
