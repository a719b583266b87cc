import { AwsError } from '../../contracts.ts';

/** S3's errors (S3 API reference, "List of error codes"). */

export const noSuchBucket = (bucket: string) =>
  new AwsError('NoSuchBucket', 404, `The specified bucket does not exist: ${bucket}`);

export const noSuchKey = () => new AwsError('NoSuchKey', 404, 'The specified key does not exist.');

export const noSuchUpload = () =>
  new AwsError(
    'NoSuchUpload',
    404,
    'The specified multipart upload does not exist. The upload ID might be invalid, or the multipart upload might have been aborted or completed.',
  );

export const preconditionFailed = (condition: string) =>
  new AwsError(
    'PreconditionFailed',
    412,
    `At least one of the pre-conditions you specified did not hold: ${condition}`,
  );

export const notModified = () => new AwsError('NotModified', 304, 'Not Modified');

export const invalidRange = () => new AwsError('InvalidRange', 416, 'The requested range is not satisfiable');

export const invalidArgument = (message: string) => new AwsError('InvalidArgument', 400, message);

export const invalidRequest = (message: string) => new AwsError('InvalidRequest', 400, message);

export const badDigest = (what: string) =>
  new AwsError('BadDigest', 400, `The ${what} you specified did not match what we received.`);

export const incompleteBody = (message: string) => new AwsError('IncompleteBody', 400, message);

export const notImplemented = (what: string) =>
  new AwsError('NotImplemented', 501, `The local S3 does not implement ${what}`);
