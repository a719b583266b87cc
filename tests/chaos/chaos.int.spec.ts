import { beforeAll, describe, expect, it } from 'vitest';
import { broken } from './report.ts';
import { type ChaosReport, runChaos } from './run-chaos.ts';

let report: ChaosReport;

/** A short run with a fixed seed; `make chaos` is the long one. */
beforeAll(async () => {
  report = await runChaos({ events: 600, seed: 20_261_123, streams: 40, poison: 0.02, quietLimitMs: 60_000 });
});

describe('while workers are killed, DynamoDB fails and records come again', () => {
  it('nothing is lost, doubled or different, and what is mended goes back', () => {
    expect(broken(report)).toEqual([]);
    expect(report.verifiedAfter.events).toBeGreaterThanOrEqual(600);
  });

  it('all of that did happen', () => {
    expect(report.conflicts).toBeGreaterThan(0);
    expect(report.kills).toBeGreaterThan(0);
    expect(report.repeats).toBeGreaterThan(0);
    expect(report.poisons.length).toBeGreaterThan(0);
    expect(Object.keys(report.faults).sort()).toEqual(['conflict', 'error', 'lost', 'throttle', 'timeout']);
  });
});
