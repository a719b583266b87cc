/**
 * Bytes of a DynamoDB item, which holds 400 KB at most: the names of its attributes and their values.
 * Source: DynamoDB developer guide, "DynamoDB item sizes and formats".
 * @param item as the document client takes it; members that are undefined are left out of items
 */
export function itemBytes(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce((bytes, member) => bytes + memberBytes(member), 0);
}

/** A list or map, and each of its elements. */
const documentBytes = 3;
const elementBytes = 1;

function memberBytes([name, value]: readonly [string, unknown]): number {
  return value === undefined ? 0 : Buffer.byteLength(name) + valueBytes(value);
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return numberBytes(value);
  if (value === null || typeof value !== 'object') return 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) {
    return value.reduce<number>(
      (bytes, element) => bytes + elementBytes + valueBytes(element),
      documentBytes,
    );
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.reduce((bytes, member) => bytes + elementBytes + memberBytes(member), documentBytes);
}

/** One byte for two significant digits, one more, and one for the sign of what is below zero. */
function numberBytes(value: number): number {
  const [mantissa = ''] = String(Math.abs(value)).split('e');
  const digits = mantissa.replace('.', '').replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (value < 0 ? 1 : 0);
}
