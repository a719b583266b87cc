import { NotFoundException, ValidationException } from '@aws-sdk/client-s3vectors';

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
