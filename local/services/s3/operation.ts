import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Caller } from '../../contracts.ts';
import type { ReceivedBody } from './body/receive.ts';
import type { Notifier } from './notifications.ts';
import type { ObjectStorage } from './storage/storage.ts';

/** The dependencies of every operation. */
export interface S3Dependencies {
  readonly storage: ObjectStorage;
  readonly notifier: Notifier;
  readonly region: string;
}

/** One request, as the operations see it. */
export interface S3Request {
  /** Empty in requests to the service itself. */
  readonly bucket: string;
  /** Empty in requests to a bucket. */
  readonly key: string;
  /** Lower case; for a presigned URL they include the values from its query. */
  readonly headers: IncomingHttpHeaders;
  readonly body: ReceivedBody;
  readonly caller: Caller;
  readonly requestId: string;
  readonly sourceIp: string;
}

/** The answer of an operation. */
export interface Reply<Output> {
  /** Members of the SDK's output shape, without a streaming body. */
  readonly output: Output;
  /** Another status than the operation's own. */
  readonly status?: number;
  readonly body?: Readable;
  /** `content-length`, where the body is a stream or left out. */
  readonly bytes?: number;
}

/** An operation: its input is an SDK shape, read off the request. */
export type Operation<Input, Output> = (
  s3: S3Dependencies,
  request: S3Request,
  input: Input,
) => Promise<Reply<Partial<Output>>>;
