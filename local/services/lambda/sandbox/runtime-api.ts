import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { meansThisMachine } from '../../../process/this-machine.ts';
import { type LambdaError, lambdaErrors, payloadLimitBytes, streamLimitBytes } from '../errors.ts';
import type { Place } from '../places/places.ts';

/** An event for a sandbox. */
export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  /** JSON. */
  readonly payload: string;
  /** `Root=…;Parent=…;Sampled=…` */
  readonly traceHeader: string;
  /** Nobody waits for its answer. */
  readonly asynchronous: boolean;
  readonly place?: Place | undefined;
}

/** The calls of a runtime, for the sandbox that runs it. */
export interface RuntimeListener {
  /** The runtime asks for the next event: it is initialized, and has finished the last one. */
  next(give: (invocation: Invocation, deadline: number) => void): void;
  response(requestId: string, payload: string | undefined): void;
  streamedResponse(requestId: string, contentType: string, body: Readable): void;
  error(requestId: string, error: LambdaError): void;
  initError(error: LambdaError): void;
}

/**
 * Lambda's Runtime API for one sandbox, on a port of its own.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;

  private constructor(listener: RuntimeListener) {
    this.#listener = listener;
    this.#server = createServer((request, response) => this.#handle(request, response));
    // A frozen sandbox holds its connection, and waits on it for the next event without a limit.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
  }

  static async listen(listener: RuntimeListener): Promise<RuntimeApi> {
    const api = new RuntimeApi(listener);
    await new Promise<void>((resolve, reject) => {
      api.#server.once('error', reject);
      api.#server.listen(0, '127.0.0.1', resolve);
    });
    return api;
  }

  /** `127.0.0.1:<port>` */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { host, origin, 'sec-fetch-site': site } = request.headers;
    // The client sends none of these; a browser sends them for a page, which could take the function's events.
    if (origin !== undefined || site !== undefined || !meansThisMachine(host)) {
      response.writeHead(403).end();
      return;
    }
    const [, id = '', verb] =
      /^\/2018-06-01\/runtime\/(?:invocation\/)?([^/]+)(?:\/(\w+))?$/.exec(request.url ?? '') ?? [];
    const streamed = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
    if (request.method === 'GET' && id === 'next') this.#listener.next(sendInvocation(response));
    else if (id === 'init' && verb === 'error') this.#initError(request, response);
    else if (verb === 'error') this.#error(id, request, response);
    else if (verb === 'response' && streamed) this.#stream(id, request, response);
    else if (verb === 'response') this.#response(id, request, response);
    else response.writeHead(404).end();
  }

  #initError(request: IncomingMessage, response: ServerResponse): void {
    collect(request, (body) => {
      response.writeHead(202).end();
      this.#listener.initError(parseError(body));
    });
  }

  #error(id: string, request: IncomingMessage, response: ServerResponse): void {
    collect(request, (body) => {
      response.writeHead(202).end();
      this.#listener.error(id, parseError(body));
    });
  }

  #response(id: string, request: IncomingMessage, response: ServerResponse): void {
    collect(request, (body) => {
      response.writeHead(body === undefined ? 413 : 202).end();
      this.#listener.response(id, body);
    });
  }

  #stream(id: string, request: IncomingMessage, response: ServerResponse): void {
    const body = new PassThrough();
    request.pipe(body, { end: false });
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > streamLimitBytes) body.destroy(new StreamedError(lambdaErrors.streamTooLarge()));
    });
    request.on('end', () => {
      response.writeHead(202).end();
      const error = request.trailers['lambda-runtime-function-error-body'];
      if (typeof error !== 'string') body.end();
      else body.destroy(new StreamedError(parseError(Buffer.from(error, 'base64').toString())));
    });
    request.on('aborted', () => body.destroy(new Error('The function ended in the middle of its response.')));
    // A reader that went away must not block the function: Lambda lets it run to its end.
    body.on('close', () => request.resume());
    body.on('error', () => {});
    this.#listener.streamedResponse(id, request.headers['content-type'] ?? 'application/octet-stream', body);
  }
}

/** A function that failed after it had begun to stream. */
export class StreamedError extends Error {
  override readonly name = 'StreamedError';
  readonly error: LambdaError;

  constructor(error: LambdaError) {
    super(`${error.errorType}: ${error.errorMessage}`);
    this.error = error;
  }
}

const sendInvocation = (response: ServerResponse) => (invocation: Invocation, deadline: number) => {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(invocation.payload),
    'lambda-runtime-aws-request-id': invocation.requestId,
    'lambda-runtime-deadline-ms': String(deadline),
    'lambda-runtime-invoked-function-arn': invocation.functionArn,
    'lambda-runtime-trace-id': invocation.traceHeader,
  });
  response.end(invocation.payload);
};

/** Hands over the body, or undefined when it is larger than a payload may be. */
function collect(request: IncomingMessage, take: (body: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= payloadLimitBytes) chunks.push(chunk);
  });
  request.on('end', () => take(bytes <= payloadLimitBytes ? Buffer.concat(chunks).toString() : undefined));
}

function parseError(body: string | undefined): LambdaError {
  const { errorType, errorMessage, trace } = JSON.parse(body ?? '{}') as Partial<LambdaError>;
  return {
    errorType: errorType ?? 'Error',
    errorMessage: errorMessage ?? '',
    ...(trace ? { trace } : {}),
  };
}
