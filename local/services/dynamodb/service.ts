import { buffer } from 'node:stream/consumers';
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type Caller,
  type Stack,
} from '../../contracts.ts';
import type { Faults } from '../../faults/faults.ts';
import type { DatabaseFault } from '../../faults/rates.ts';
import { isWrite, requirementsOf } from './actions.ts';
import { applyFault, canHappen, cut } from './apply-fault.ts';
import type { EngineClient } from './client.ts';

/** The engine names its region after itself. */
const engineRegion = 'arn:aws:dynamodb:dynoxide:';

/** DynamoDB and its streams: checks what the caller may do, then lets the engine do it. */
export class DynamoDbService implements AwsService {
  readonly scopes = ['dynamodb'];
  readonly #stack: Stack;
  readonly #client: EngineClient;
  readonly #onWrite: () => void;
  readonly #faults: Faults<DatabaseFault>;
  readonly #region: string;

  /**
   * @param faults injected on purpose
   * @param onWrite called after a request that may have put records on a stream
   */
  constructor(stack: Stack, client: EngineClient, faults: Faults<DatabaseFault>, onWrite: () => void) {
    this.#stack = stack;
    this.#client = client;
    this.#faults = faults;
    this.#onWrite = onWrite;
    this.#region = `arn:aws:dynamodb:${stack.region}:`;
  }

  async handle(request: AwsRequest, response: AwsResponse, caller: Caller): Promise<void> {
    const target = String(request.headers['x-amz-target'] ?? '');
    const body = await buffer(request);
    const input = parse(body);
    for (const { action, resource } of requirementsOf(target, input, this.#stack)) {
      caller.authorise(action, resource);
    }
    const fault = this.#faults.next(caller.principalArn, (kind) => canHappen(kind, target));
    if (fault && (await applyFault(fault, target, input, response))) return;
    const streams = target.startsWith('DynamoDBStreams');
    const answer = await this.#forward(target, streams ? this.#toEngine(body) : body);
    if (answer.status < 300 && isWrite(target)) this.#onWrite();
    if (fault === 'lost') return cut(response);
    const named = answer.body.includes(engineRegion);
    const { 'x-amz-crc32': checksum, ...headers } = answer.headers;
    response.statusCode = answer.status;
    response.setHeader('content-type', headers['content-type'] ?? 'application/x-amz-json-1.0');
    response.setHeader('x-amzn-requestid', headers['x-amzn-requestid'] ?? '');
    // The checksum is of the engine's own bytes.
    if (checksum && !named) response.setHeader('x-amz-crc32', checksum);
    const bytes = named
      ? Buffer.from(answer.body.toString().replaceAll(engineRegion, this.#region))
      : answer.body;
    response.setHeader('content-length', bytes.length);
    response.end(bytes);
  }

  #toEngine(body: Buffer): Buffer {
    return Buffer.from(body.toString().replaceAll(this.#region, engineRegion));
  }

  async #forward(target: string, body: Buffer) {
    try {
      return await this.#client.send(target, body);
    } catch {
      // The transient failure of DynamoDB that every SDK retries.
      throw new AwsError('InternalServerError', 500, 'The DynamoDB engine is unavailable at the moment');
    }
  }
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const input: unknown = JSON.parse(body.toString() || '{}');
    if (input !== null && typeof input === 'object') return input as Record<string, unknown>;
  } catch {
    // Falls through to the answer DynamoDB gives to both.
  }
  throw new AwsError('SerializationException', 400, 'The request is not a JSON object');
}
