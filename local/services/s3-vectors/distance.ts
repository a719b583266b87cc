export type Metric = 'cosine' | 'euclidean';

/**
 * A vector in the form that its metric needs: of length one for cosine, unchanged for euclidean.
 */
export function prepared(vector: Float32Array, metric: Metric): Float32Array {
  if (metric === 'euclidean') return vector;
  const length = Math.sqrt(dot(vector, 0, vector));
  return vector.map((value) => value / length);
}

/** Distance between a prepared query and the prepared vector that starts at an offset. */
export const distances: Readonly<
  Record<Metric, (all: Float32Array, offset: number, query: Float32Array) => number>
> = {
  // Rounding may take the product of two equal vectors over one.
  cosine: (all, offset, query) => Math.max(0, 1 - dot(all, offset, query)),
  euclidean: (all, offset, query) => Math.sqrt(squares(all, offset, query)),
};

/** Four independent sums: the processor adds them in parallel. */
function dot(all: Float32Array, offset: number, query: Float32Array): number {
  const { length } = query;
  const even = length - (length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < even; i += 4) {
    a += (all[offset + i] as number) * (query[i] as number);
    b += (all[offset + i + 1] as number) * (query[i + 1] as number);
    c += (all[offset + i + 2] as number) * (query[i + 2] as number);
    d += (all[offset + i + 3] as number) * (query[i + 3] as number);
  }
  for (let i = even; i < length; i++) a += (all[offset + i] as number) * (query[i] as number);
  return a + b + c + d;
}

function squares(all: Float32Array, offset: number, query: Float32Array): number {
  const { length } = query;
  const even = length - (length % 2);
  let [a, b] = [0, 0];
  for (let i = 0; i < even; i += 2) {
    const first = (all[offset + i] as number) - (query[i] as number);
    const second = (all[offset + i + 1] as number) - (query[i + 1] as number);
    a += first * first;
    b += second * second;
  }
  for (let i = even; i < length; i++) a += ((all[offset + i] as number) - (query[i] as number)) ** 2;
  return a + b;
}
