import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { aTerminal } from '../testing/terminal-fixture.ts';
import { progress, Rate } from './progress.ts';

describe('progress', () => {
  it('is shown on a terminal, with rate and time left', () => {
    const { terminal, statuses } = aTerminal(200, true);
    let now = 0;
    const bar = progress(terminal, 'Comparing', () => now);

    bar.update({ done: 100, total: 1000, unit: 'events' });
    now += 1000;
    bar.update({ done: 300, total: 1000, unit: 'events' });
    bar.end();

    expect(statuses.at(-2)).toMatch(
      /Comparing {2}━{8}─{20} {3}30 % {4}300 of 1,000 events {7}200\/s {3}0:04 left$/,
    );
    expect(statuses.at(-1)).toBeUndefined();
  });

  it('is drawn at most ten times a second', () => {
    const { terminal, statuses } = aTerminal(80, true);
    let now = 0;
    const bar = progress(terminal, 'long.wav', () => now);

    for (; now < 1000; now += 5) bar.update({ done: now, total: 1000, unit: 'bytes' });
    bar.end();

    expect(statuses.length).toBe(12);
  });

  it('shows a change of activity at once', () => {
    const { terminal, statuses } = aTerminal(80, true);
    const bar = progress(terminal, 'a.wav', () => 0);

    bar.update({ done: 9, total: 9, unit: 'bytes' });
    bar.update({ done: 9, total: 9, doing: 'checking' });
    bar.end();

    expect(statuses.at(-2)).toMatch(/100 % {2}checking$/);
  });

  it.each([80, 40, 20])('stays on a line of %i columns', (columns) => {
    const { terminal, statuses } = aTerminal(columns, true);
    let now = 0;
    const bar = progress(terminal, 'interview with the keeper of the lighthouse.wav', () => now);

    for (; now <= 2000; now += 100) bar.update({ done: now, total: 2000, unit: 'bytes' });
    bar.end();

    expect(statuses).toHaveLength(23);
    for (const status of statuses.slice(0, -1)) expect(stringWidth(status ?? '')).toBeLessThan(columns);
  });

  it('stays silent in a pipe', () => {
    const { terminal, statuses } = aTerminal();

    const bar = progress(terminal, 'Comparing');
    bar.update({ done: 1, unit: 'events' });
    bar.end();

    expect(statuses).toEqual([undefined]);
  });
});

function rateOf(...samples: readonly (readonly [amount: number, at: number])[]) {
  const rate = new Rate();
  for (const [amount, at] of samples) rate.add(amount, at);
  return rate.perSecond;
}

describe('a rate', () => {
  it('is unknown before a second has passed', () => {
    expect(rateOf([0, 0], [900, 900])).toBeUndefined();
    expect(rateOf([0, 0], [900, 900], [1000, 1000])).toBe(1000);
  });

  it('does not count the first amount', () => {
    expect(rateOf([5000, 0], [5200, 2000])).toBe(100);
  });

  it('covers the last 30 seconds', () => {
    expect(rateOf([0, 0], [30_000, 1000], [30_300, 31_000])).toBe(10);
  });

  it('is unknown without growth', () => {
    expect(rateOf([500, 0], [500, 31_000], [500, 62_000])).toBeUndefined();
    expect(rateOf([500, 0], [100, 2000])).toBeUndefined();
  });
});
