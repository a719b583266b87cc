import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { connectionsFor } from './bounds.ts';

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

  it('refuses what cannot be done in time, and says how long it may be', () => {
    expect(() => connectionsFor(10 * 3600, 1)).toThrow('lasts 600 minutes, and 24 can be transcribed');
    expect(() => connectionsFor(10 * 3600, 0)).toThrow('lasts 600 minutes, and 120 can be transcribed');
  });
});
