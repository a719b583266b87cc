import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { connectionsFor, partSeconds, refuseLength } from './bounds.ts';

describe('connectionsFor', () => {
  it.each([
    [0, 1, 1],
    [30, 1, 1],
    [61, 1, 2],
    [600, 1, limits.speechConnections],
    [600, 10, 1],
    [3600, 0, 1],
  ])('%d seconds at pace %d need %d', (seconds, pace, connections) => {
    expect(connectionsFor(seconds, pace)).toBe(connections);
  });
});

describe('partSeconds', () => {
  it.each([
    [0, limits.speechPartSeconds],
    [1, limits.speechPartSeconds],
    [0.1, 45],
  ])('at pace %d a part has %d seconds', (pace, seconds) => {
    expect(partSeconds(pace)).toBeCloseTo(seconds);
  });
});

describe('refuseLength', () => {
  it('takes two hours, and says of what is longer how long it may be', () => {
    expect(() => refuseLength(7200)).not.toThrow();
    expect(() => refuseLength(10 * 3600)).toThrow('lasts 600 minutes, and 120 can be transcribed');
  });
});
