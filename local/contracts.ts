import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Readable } from 'node:stream';
import { UserError } from '@nova/shared/run-main';

/** The interfaces between the parts of the local platform. */

/** One resource of the synthesized stack, every reference in it resolved. */
export interface StackResource {
  /** `aws_lambda_function` */
  readonly type: string;
  /** `aws_lambda_function.audio-handler_ABC`: how the stack and its plan name it. */
  readonly address: string;
  /** Its arguments, and the attributes AWS would compute (`arn`, `id`, …). */
  readonly values: Readonly<Record<string, unknown>>;
}

/** The region and the account that a stack is in. */
export interface AwsLocation {
  readonly region: string;
  readonly accountId: string;
}

/** The synthesized stack, resolved. */
export interface Stack extends AwsLocation {
  /** Resources of one type, in the order of the file. */
  of(type: string): readonly StackResource[];
}

/** The synthesized stack cannot be run here; the message names the resource and says what to do. */
export class StackError extends UserError {
  override readonly name = 'StackError';
}

/** Values of the condition keys of a request; a key may have several. */
export type Conditions = Readonly<Record<string, string | readonly string[]>>;

/** The caller of an AWS service: a function's role, or the developer. */
export interface Caller {
  readonly principalArn: string;
  /**
   * Throws an {@link AwsError} `AccessDeniedException` (403) unless the caller's policies allow the action.
   * @param action `dynamodb:PutItem`
   * @param resource ARN the action is on
   * @param conditions values of condition keys, such as `bedrock:InferenceProfileArn` or `dynamodb:LeadingKeys`
   */
  authorise(action: string, resource: string, conditions?: Conditions): void;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A request on either HTTP version. The stream is its body, checked against the payload hash where one is signed. */
export interface AwsRequest extends Readable {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  /** Lower case, without HTTP/2's pseudo headers; `host` is always there. */
  readonly headers: IncomingHttpHeaders;
}

export type AwsResponse = ServerResponse | Http2ServerResponse;

/** One AWS service on this machine. The endpoint has checked the signature before it calls. */
export interface AwsService {
  /** Names in the credential scope of SigV4 that reach it: `s3`, `dynamodb`, `bedrock`. */
  readonly scopes: readonly string[];
  handle(request: AwsRequest, response: AwsResponse, caller: Caller): Promise<void>;
  /**
   * Handles a request before its signature is checked: sets headers that every answer carries, such as those of CORS, or
   * answers a browser's preflight, which is unsigned.
   * @returns whether it has answered
   */
  beforeSignature?(request: AwsRequest, response: AwsResponse): boolean;
  close?(): Promise<void>;
}

/** An error a service answers with, in its own protocol: `new AwsError('NoSuchKey', 404, '…')`. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** The result of a synchronous invocation. */
export type InvokeResult =
  | { readonly kind: 'payload'; readonly payload: unknown }
  /** A response stream: the prelude's JSON (status, headers), then the body. */
  | { readonly kind: 'stream'; readonly contentType: string; readonly body: Readable }
  | { readonly kind: 'error'; readonly error: FunctionError };

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** The functions of the stack. */
export interface Functions {
  /** Runs a function and waits for its answer. */
  invoke(functionArn: string, payload: unknown, signal?: AbortSignal): Promise<InvokeResult>;
  /**
   * Queues an event for a function (Lambda's asynchronous invocation): it is on disk when this returns, survives a
   * restart, is retried as the stack says, and goes to the stack's on-failure destination when all retries fail.
   */
  enqueue(functionArn: string, payload: unknown): void;
}

/** The event buses, for publishers inside the platform (S3 notifications, Lambda destinations). */
export interface EventPublisher {
  /** Matched targets have the event on disk when this returns. */
  publish(event: {
    readonly bus: string;
    readonly source: string;
    readonly detailType: string;
    readonly detail: unknown;
    readonly resources?: readonly string[];
  }): void;
}

/** Objects of the local S3, for readers (the video stand-in) and writers (failure destinations) inside the platform. */
export interface ObjectStore {
  read(bucket: string, key: string): Promise<{ readonly body: Readable; readonly bytes: number } | undefined>;
  write(bucket: string, key: string, body: Uint8Array, contentType: string): Promise<void>;
}

/** Queues of the local SQS, for senders inside the platform (dead letters). */
export interface QueueSender {
  /** @param attributes message attributes, each a string */
  send(queueArn: string, body: string, attributes?: Readonly<Record<string, string>>): void;
}

/** Messages of the platform for the person who runs it. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
