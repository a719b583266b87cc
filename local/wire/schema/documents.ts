import { NumericValue } from '@smithy/core/serde';

/**
 * A number as JavaScript has it. The SDK reads those with more digits than a double holds as `bigint` or `NumericValue`.
 */
export function plainNumber(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof NumericValue ? Number(value.string) : value;
}

/** A document with plain numbers only. */
export function plainDocument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainDocument);
  const plain = plainNumber(value);
  if (typeof plain !== 'object' || plain === null) return plain;
  return Object.fromEntries(Object.entries(plain).map(([name, member]) => [name, plainDocument(member)]));
}
