/** A picture on a page. */
export interface PlacedImage {
  /** Its name among the objects of the page, or the picture itself. */
  readonly image: unknown;
  /** Part of the page that it covers. */
  readonly share: number;
  /** Its top in units of the page, from the bottom, and its left. */
  readonly top: number;
  readonly left: number;
}

type Matrix = readonly [number, number, number, number, number, number];

const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** The first matrix, then the second (ISO 32000-1 §8.3.4). */
const times = ([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix => [
  a * g + b * i,
  a * h + b * j,
  c * g + d * i,
  c * h + d * j,
  e * g + f * i + k,
  e * h + f * j + l,
];

/** Numbers of the operators of PDF.js. */
export type Operators = Readonly<
  Record<
    | 'save'
    | 'restore'
    | 'transform'
    | 'paintFormXObjectBegin'
    | 'paintFormXObjectEnd'
    | 'paintImageXObject'
    | 'paintImageMaskXObject'
    | 'paintInlineImageXObject',
    number
  >
>;

export interface OperatorList {
  readonly fnArray: readonly number[];
  readonly argsArray: readonly unknown[];
}

/**
 * The pictures that a page paints.
 * @param view left, bottom, right and top of the page
 */
export function placedImages(
  { fnArray, argsArray }: OperatorList,
  ops: Operators,
  view: readonly number[],
): PlacedImage[] {
  const [left = 0, bottom = 0, right = 0, top = 0] = view;
  const area = Math.abs((right - left) * (top - bottom)) || 1;
  const saved: Matrix[] = [];
  let matrix = identity;
  const images: PlacedImage[] = [];
  for (const [at, operator] of fnArray.entries()) {
    const args = argsArray[at];
    switch (operator) {
      case ops.save:
        saved.push(matrix);
        break;
      case ops.restore:
      case ops.paintFormXObjectEnd:
        matrix = saved.pop() ?? identity;
        break;
      case ops.transform:
        matrix = times(matrixOf(args), matrix);
        break;
      case ops.paintFormXObjectBegin:
        saved.push(matrix);
        matrix = times(matrixOf(first(args)), matrix);
        break;
      case ops.paintImageXObject:
      case ops.paintImageMaskXObject:
      case ops.paintInlineImageXObject: {
        const [a, b, c, d, e, f] = matrix;
        images.push({
          image: first(args),
          share: Math.min(1, Math.abs(a * d - b * c) / area),
          top: f + Math.max(0, b) + Math.max(0, d),
          left: e + Math.min(0, a) + Math.min(0, c),
        });
      }
    }
  }
  return images;
}

const first = (args: unknown): unknown => (Array.isArray(args) ? args[0] : undefined);

function matrixOf(value: unknown): Matrix {
  const numbers = Array.from((value ?? []) as Iterable<unknown>).map(Number);
  return numbers.length === 6 && numbers.every(Number.isFinite) ? (numbers as unknown as Matrix) : identity;
}
