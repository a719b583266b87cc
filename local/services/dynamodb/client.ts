import { Agent, request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An error answer of the engine. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** `ResourceInUseException` */
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** Milliseconds the engine may take for one request. */
const timeoutMs = 30_000;
/** The engine does not check signatures, only that there is one. */
const unsigned =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

/** Speaks DynamoDB's JSON protocol to the engine, over keep-alive connections. */
export class EngineClient {
  /** Where the engine is; it moves when it is started again. */
  endpoint: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(endpoint: URL) {
    this.endpoint = endpoint;
  }

  /**
   * Forwards a request.
   * @param target `DynamoDB_20120810.PutItem`
   * @throws the system's error when the engine does not run
   */
  send(target: string, body: Buffer | string): Promise<RawAnswer> {
    const { hostname, port, pathname } = this.endpoint;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          hostname,
          port,
          path: pathname,
          method: 'POST',
          agent: this.#agent,
          timeout: timeoutMs,
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'content-length': Buffer.byteLength(body),
            'x-amz-target': target,
            'x-amz-date': '20260101T000000Z',
            authorization: unsigned,
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 500,
              headers: answer.headers as Record<string, string>,
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`DynamoDB did not answer in ${timeoutMs} ms`)));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /**
   * Calls an operation.
   * @throws EngineError for an answer that is an error
   */
  async call<T = Record<string, unknown>>(target: string, input: object): Promise<T> {
    const { status, body } = await this.send(target, JSON.stringify(input));
    const output = JSON.parse(body.toString() || '{}');
    if (status < 300) return output as T;
    const code = String(output.__type ?? 'InternalServerError').replace(/^.*#/, '');
    throw new EngineError(code, String(output.message ?? output.Message ?? ''));
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Target of a DynamoDB operation. */
export const table = (operation: string) => `DynamoDB_20120810.${operation}`;
/** Target of a DynamoDB Streams operation. */
export const stream = (operation: string) => `DynamoDBStreams_20120810.${operation}`;
