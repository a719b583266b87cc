import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { connectionsFor, segmentSeconds } from './segment-limits.ts';

describe('connectionsFor', () => {
  it.each([
    [0, 1, 1],
    [30, 1, 1],
    [61, 1, 2],
    [600, 1, limits.speechConnections],
    [600, 10, 1],
    [3600, 0, 1],
  ])('for %d seconds at pace %d returns %d', (seconds, pace, connections) => {
    expect(connectionsFor(seconds, pace)).toBe(connections);
  });
});

describe('segmentSeconds', () => {
  it.each([
    [0, limits.speechSegmentSeconds],
    [1, limits.speechSegmentSeconds],
    [0.1, 45],
  ])('at pace %d returns %d seconds', (pace, seconds) => {
    expect(segmentSeconds(pace)).toBeCloseTo(seconds);
  });
});
