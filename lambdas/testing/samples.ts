/** Three samples, -1, 0 and a half, in every width and order: what readers of samples are tested with. */
export const expectedSamples = [-1, 0, 0.5];

const int16 = Buffer.from(Int16Array.from([-0x8000, 0, 0x4000]).buffer);
const int24 = Buffer.from([0, 0, 0x80, 0, 0, 0, 0, 0, 0x40]);
const int32 = Buffer.from(Int32Array.from([-(2 ** 31), 0, 2 ** 30]).buffer);

const swapped = (bytes: Buffer, width: number) => {
  const copy = Buffer.from(bytes);
  for (let at = 0; at < copy.length; at += width) copy.subarray(at, at + width).reverse();
  return copy;
};

const little = {
  int16,
  int24,
  int32,
  float32: Buffer.from(Float32Array.from([-9, Number.NaN, 0.5]).buffer),
  float64: Buffer.from(Float64Array.from([-9, Number.NaN, 0.5]).buffer),
};

export const samples = {
  int8: Buffer.from([0x80, 0, 0x40]),
  uint8: Buffer.from([0, 0x80, 0xc0]),
  little,
  big: {
    int16: swapped(little.int16, 2),
    int24: swapped(little.int24, 3),
    int32: swapped(little.int32, 4),
    float32: swapped(little.float32, 4),
    float64: swapped(little.float64, 8),
  },
};
