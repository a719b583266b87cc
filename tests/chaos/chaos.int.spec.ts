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
    events: 300,
    seed: 20_261_123,
    streams: 20,
    poison: 0.02,
    idleLimitMs: 900_000,
    onEnd: async (fixture, ledger) => {
      corrupted = await corrupt(fixture, ledger);
    },
  });
});

describe('while workers are killed, DynamoDB fails and records are delivered twice', () => {
  it('no event is lost, doubled or changed, and repaired commits are redriven', () => {
    expect(broken(report)).toEqual([]);
    expect(report.verifiedAfter.events).toBeGreaterThanOrEqual(300);
  });

  it('each of these faults happened', () => {
    expect(report.conflicts).toBeGreaterThan(0);
    expect(report.kills).toBeGreaterThan(0);
    expect(report.redeliveries).toBeGreaterThan(0);
    expect(report.poisons.length).toBeGreaterThan(0);
    expect(Object.keys(report.faults).sort()).toEqual(['conflict', 'error', 'lost', 'throttle', 'timeout']);
  });
});

describe('the checks report', () => {
  it('a missing commit', () => {
    expect(corrupted.assessed.lost.join()).toMatch(/was accepted at version \d+ and is missing/);
  });

  it('a commit that is stored twice', () => {
    expect(corrupted.assessed.doubled).toHaveLength(1);
  });

  it('a changed row', () => {
    expect(corrupted.assessed.differ.join()).toMatch(/turnCount of its row is wrong/);
    expect(corrupted.verified.differences.map(({ kind }) => kind)).toContain('differs');
  });
});
