import { beforeAll, describe, expect, it } from 'vitest';
import { type Corrupted, corrupt } from './faults/corrupt.ts';
import type { ChaosReport } from './outcome.ts';
import { broken } from './report.ts';
import { runChaos } from './run-chaos.ts';

let report: ChaosReport;
let corrupted: Corrupted;

/** A short run with a fixed seed; `make chaos` is the long one. */
beforeAll(async () => {
  report = await runChaos({
    events: 600,
    seed: 20_261_123,
    streams: 40,
    poison: 0.01,
    idleLimitMs: 240_000,
    onEnd: async (fixture, ledger) => {
      corrupted = await corrupt(fixture, ledger);
    },
  });
});

describe('while workers are killed, DynamoDB fails and records come again', () => {
  it('nothing is lost, doubled or different, and what is mended goes back', () => {
    expect(broken(report)).toEqual([]);
    expect(report.verifiedAfter.events).toBeGreaterThanOrEqual(600);
  });

  it('all of that did happen', () => {
    expect(report.conflicts).toBeGreaterThan(0);
    expect(report.kills).toBeGreaterThan(0);
    expect(report.redeliveries).toBeGreaterThan(0);
    expect(report.poisons.length).toBeGreaterThan(0);
    expect(Object.keys(report.faults).sort()).toEqual(['conflict', 'error', 'lost', 'throttle', 'timeout']);
  });
});

describe('a broken guarantee is found:', () => {
  it('a commit that was taken away', () => {
    expect(corrupted.assessed.lost.join()).toMatch(/was taken at version \d+ and is not there/);
  });

  it('a commit that is there twice', () => {
    expect(corrupted.assessed.doubled).toHaveLength(1);
  });

  it('a row that was changed', () => {
    expect(corrupted.assessed.differ.join()).toMatch(/turnCount of its row is wrong/);
    expect(corrupted.verified.differences.map(({ kind }) => kind)).toContain('differs');
  });
});
