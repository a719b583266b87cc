import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discreteOrder, maskOrder, mixed, mixOf, vorbisOrder, waveOrder } from './mix.ts';

const rounded = (mix: readonly number[]) => mix.map((weight) => Number(weight.toFixed(3)));

describe('the mix of all channels', () => {
  it.each([
    ['one channel', 1, waveOrder, [1]],
    ['stereo', 2, waveOrder, [0.5, 0.5]],
    // 0.7071 left and right, 1 centre, 0 low, 0.5 each side, divided by their sum, 3.4142.
    ['5.1 of WAV and FLAC', 6, waveOrder, [0.207, 0.207, 0.293, 0, 0.146, 0.146]],
    ['5.1 of Vorbis and Opus', 6, vorbisOrder, [0.207, 0.293, 0.207, 0.146, 0.146, 0]],
    ['three channels without places', 3, discreteOrder, [0.333, 0.333, 0.333]],
    ['a mask of the centre and the low channel', 2, maskOrder(0b1100), [1, 0]],
    ['a mask without places', 2, maskOrder(0), [0.5, 0.5]],
    ['a low channel alone', 1, maskOrder(0b1000), [1]],
  ])('of %s', (_, channels, order, weights) => {
    expect(rounded(mixOf(channels, order))).toEqual(weights);
  });

  it('is never clipped, and leaves out no channel but the low one', () => {
    const orders = fc.oneof(fc.constantFrom(waveOrder, vorbisOrder, discreteOrder), fc.nat().map(maskOrder));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), orders, (channels, order) => {
        const mix = mixOf(channels, order);
        expect(mix).toHaveLength(channels);
        expect(mix.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        const silent = mix.filter((weight) => weight === 0).length;
        expect(silent).toBeLessThanOrEqual(order(channels).filter((place) => place === 'low').length);
      }),
    );
  });

  it('adds up samples by their weights', () => {
    const samples = mixed([Float32Array.of(0.5, 1), Float32Array.of(-0.5, 1)], 2, [0.25, 0.75]);
    expect([...samples]).toEqual([-0.25, 1]);
  });
});

it('a single channel is alone', () => {
  expect(mixOf(3, waveOrder, 1)).toEqual([0, 1, 0]);
});
