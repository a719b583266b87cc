import { expect, it } from 'vitest';
import { InverseMdct } from './mdct.ts';

it.each([64, 256])('is the sum of cosines, of %i samples', (size) => {
  const spectrum = Float32Array.from({ length: size / 2 }, (_, at) => Math.sin(at * at));
  const block = new InverseMdct(size).transform(spectrum);

  for (const [at, sample] of block.entries()) {
    const angle = (Math.PI / 2 / size) * (2 * at + 1 + size / 2);
    const sum = spectrum.reduce(
      (total, value, place) => total + value * Math.cos(angle * (2 * place + 1)),
      0,
    );
    expect(sample).toBeCloseTo(sum, 4);
  }
});
