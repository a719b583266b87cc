import type { PutInputVector, VectorData } from '@aws-sdk/client-s3vectors';
import { invalid, invalidRecord, limits, violates } from './constraints.ts';
import { checkMetadata } from './metadata.ts';
import type { IndexDefinition, StoredVector } from './vector-store.ts';

/** @throws ValidationException naming the invalid vector; nothing of the call must be written then */
export function checkVectors(
  index: IndexDefinition,
  vectors: readonly PutInputVector[] = [],
): StoredVector[] {
  checkCount('vectors', vectors.length, limits.vectorsPerWrite);
  return vectors.map(({ key = '', data, metadata }, position) => {
    checkKey(key, `vectors.${position + 1}.member.key`);
    const numbers = numbersOf(data);
    const problem = problemOf(index, numbers);
    if (problem) throw invalidRecord(key, problem);
    return { key, data: numbers, metadata: checkMetadata(key, metadata, index.nonFilterable) };
  });
}

/** @throws ValidationException */
export function checkQueryVector(index: IndexDefinition, vector: VectorData | undefined): Float32Array {
  const numbers = numbersOf(vector);
  const problem = problemOf(index, numbers);
  if (problem) throw invalid(`Invalid query vector: ${problem}`, 'queryVector');
  return numbers;
}

/** @throws ValidationException */
export function checkKeys(keys: readonly string[] = [], max: number): readonly string[] {
  checkCount('keys', keys.length, max);
  for (const [position, key] of keys.entries()) checkKey(key, `keys.${position + 1}.member`);
  return keys;
}

/** @throws ValidationException unless the number is whole and from 1 to max */
export function checkRange(path: string, value: number | undefined, max: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= max)) return;
  const bound = value < 1 ? 'greater than or equal to 1' : `less than or equal to ${max}`;
  throw violates(path, `Member must have value ${bound}`);
}

function checkCount(path: string, count: number, max: number): void {
  if (count >= 1 && count <= max) return;
  const bound = count < 1 ? 'greater than or equal to 1' : `less than or equal to ${max}`;
  throw violates(path, `Member must have length ${bound}`);
}

function checkKey(key: string, path: string): void {
  checkCount(path, key.length, limits.keyChars);
}

const numbersOf = (data: VectorData | undefined) => new Float32Array(data?.float32 ?? []);

function problemOf({ dimension, metric }: IndexDefinition, vector: Float32Array): string | undefined {
  if (vector.length !== dimension)
    return `vector must have length ${dimension}, but has length ${vector.length} dimensions`;
  if (!vector.every(Number.isFinite)) return 'vector must contain only finite 32-bit floating-point numbers';
  if (metric === 'cosine' && vector.every((value) => value === 0)) {
    return 'zero vectors are not allowed with the cosine distance metric';
  }
  return undefined;
}
