import { invalidRecord, limits } from './constraints.ts';

export type Primitive = string | number | boolean;
export type MetadataValue = Primitive | readonly Primitive[];
export type Metadata = Readonly<Record<string, MetadataValue>>;

/**
 * Checks a vector's metadata.
 * @param nonFilterable keys no filter may name; only they escape the limit of filterable metadata
 * @throws ValidationException naming the vector
 */
export function checkMetadata(key: string, metadata: unknown, nonFilterable: ReadonlySet<string>): Metadata {
  if (metadata === undefined || metadata === null) return {};
  if (typeof metadata !== 'object' || Array.isArray(metadata)) {
    throw invalidRecord(key, 'Metadata must be a JSON object');
  }
  const entries = Object.entries(metadata);
  if (entries.length > limits.metadataKeys) {
    throw invalidRecord(key, `Metadata object must have at most ${limits.metadataKeys} keys`);
  }
  const wrong = entries.find(([, value]) => !isMetadataValue(value));
  if (wrong) {
    throw invalidRecord(
      key,
      `Metadata value of '${wrong[0]}' must be a string, number, boolean or a list of them`,
    );
  }
  const filterable = Object.fromEntries(entries.filter(([name]) => !nonFilterable.has(name)));
  if (jsonBytes(filterable) > limits.filterableMetadataBytes) {
    throw invalidRecord(key, `Filterable metadata must have at most ${limits.filterableMetadataBytes} bytes`);
  }
  if (jsonBytes(metadata) > limits.metadataBytes) {
    throw invalidRecord(key, `Metadata must have at most ${limits.metadataBytes} bytes`);
  }
  return metadata as Metadata;
}

const jsonBytes = (value: object) => Buffer.byteLength(JSON.stringify(value));

export const isPrimitive = (value: unknown): value is Primitive =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const isMetadataValue = (value: unknown): value is MetadataValue =>
  isPrimitive(value) || (Array.isArray(value) && value.every(isPrimitive));
