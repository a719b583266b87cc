/**
 * The binary of `weighted-sum.wat`: one function of WebAssembly's vectors, which takes a fifth of the time of the same loop in
 * JavaScript; most of resampling is this sum. The unit test assembles the text and compares, so after a change of the text it
 * prints the new bytes.
 */
export const program = Buffer.from(
  [
    '0061736d0100000001080160037f7f7f017d020801016d016d02000103020100070501016600000a66016401027b0340',
    '20032000fd0002002001fd000200fde601fde401210320042000fd0002102001fd000210fde601fde401210420014120',
    '6a2101200041206a22002002490d000b20032004fde4012203fd1f002003fd1f01922003fd1f02922003fd1f03920b',
  ].join(''),
  'hex',
);

/** Floats that are summed together: the length of a row is a multiple of this. */
export const sumStep = 8;
const floatBytes = 4;
const pageBytes = 64 * 1024;

/** The part of WebAssembly's API that is used here; Node's types do not declare it. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
};

/** Floats in their own memory, and sums over them. */
export interface Sums {
  readonly floats: Float32Array;
  /**
   * The sum of the products of two rows.
   * @param a, b indices of their first floats
   * @param count how many, a multiple of {@link sumStep}
   */
  sum(a: number, b: number, count: number): number;
}

/** @param floats how many to make room for */
export function makeSums(floats: number): Sums {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((floats * floatBytes) / pageBytes) });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program), { m: { m: memory } });
  const f = exports.f as (a: number, b: number, end: number) => number;
  return {
    floats: new Float32Array(memory.buffer),
    sum: (a, b, count) => f(a * floatBytes, b * floatBytes, (a + count) * floatBytes),
  };
}
