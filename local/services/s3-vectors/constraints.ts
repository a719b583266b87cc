import { NotFoundException, ValidationException } from '@aws-sdk/client-s3vectors';

/** S3 Vectors' limits (S3 user guide, "S3 Vectors limitations and restrictions"). */
export const limits = {
  vectorsPerWrite: 500,
  vectorsPerGet: 100,
  vectorsPerList: 1000,
  listSegments: 16,
  topK: 10_000,
  /** Results on one page of a query. Our own: AWS gives no figure, only that larger answers are paged. */
  queryPage: 1000,
  keyChars: 1024,
  /** Bytes of JSON. */
  metadataBytes: 40 * 1024,
  filterableMetadataBytes: 2 * 1024,
  metadataKeys: 50,
} as const;

/** @param path of the field, as JSON has it: `vectors[3].key` */
export const invalid = (message: string, path: string) =>
  new ValidationException({ message, fieldList: [{ path, message }], $metadata: {} });

/** A constraint of the API's own model, in the words all AWS services use. */
export const violates = (path: string, constraint: string) =>
  invalid(
    `1 validation error detected: Value at '${path}' failed to satisfy constraint: ${constraint}`,
    path,
  );

export const invalidRecord = (key: string, problem: string) =>
  invalid(`Invalid record for key '${key}': ${problem}`, 'vectors');

export const notFound = (what: string) =>
  new NotFoundException({ message: `The specified ${what} could not be found`, $metadata: {} });
