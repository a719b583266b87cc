import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type Logger,
} from '../../contracts.ts';
import { respond } from '../respond.ts';
import { errorAnswer, isAnswer } from './errors.ts';
import { errorFrame, eventStreamType, unwrapSigned } from './event-stream.ts';
import { readInput, writeOutput } from './messages.ts';
import type { OperationContext, Operations } from './operations.ts';
import { type Match, routerOf } from './routes.ts';
import {
  errorsOf,
  type Operation,
  operationsOf,
  protocolOf,
  type SdkClient,
  type SdkPackage,
} from './schema.ts';

export interface SchemaServiceDependencies<P extends SdkPackage> {
  /** The SDK's client package: `import * as sqs from '@aws-sdk/client-sqs'`. */
  readonly sdk: P;
  /** A client of that package; only its protocol is used, it never sends. */
  readonly client: SdkClient;
  readonly scopes: readonly string[];
  /** The operations; the answer to a declared operation that is not here is `UnknownOperationException`. */
  readonly operations: Operations<NoInfer<P>>;
  readonly logger: Logger;
}

type Handler = (input: object, context: OperationContext) => Promise<object>;

/**
 * An AWS service that answers in its own wire protocol, read off the SDK's schemas: REST-JSON and AWS JSON RPC, event
 * streams both ways. A handler throws an {@link AwsError}, or an exception class of the package, to answer an error.
 */
export function schemaService<P extends SdkPackage>(dependencies: SchemaServiceDependencies<P>): AwsService {
  const { sdk, client, scopes, logger } = dependencies;
  const protocol = protocolOf(client);
  const errors = errorsOf(sdk);
  const router = routerOf(operationsOf(sdk, protocol));
  const handlers = dependencies.operations as Readonly<Record<string, Handler | undefined>>;
  const shapeOf = (error: unknown) => (error instanceof Error ? errors.get(error.name) : undefined);

  const report = (operation: string, error: unknown) => {
    if (!isAnswer(error, shapeOf(error))) {
      logger.error(`${scopes[0]} ${operation}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  };

  async function run(match: Match, url: URL, request: AwsRequest, context: OperationContext) {
    const { operation, labels } = match;
    const handler = handlers[operation.name];
    if (!handler) throw unknownOperation(`${scopes[0]} ${operation.name}`);
    const body = hasEventStream(operation.input) ? unwrapSigned(request) : await buffer(request);
    const headers = joined(request.headers);
    const input = await readInput(protocol, operation, { headers, labels, query: url.searchParams, body });
    return writeOutput(protocol, operation, await handler(input, context));
  }

  async function* framesOf(operation: Operation, body: AsyncIterable<Uint8Array>, signal: AbortSignal) {
    try {
      for await (const frame of body) if (frame.length > 0) yield frame;
    } catch (error) {
      // The client went away: nothing failed here, and there is no one to answer.
      if (signal.aborted) return;
      report(operation.name, error);
      yield errorFrame(protocol, operation, shapeOf(error), error);
    }
  }

  return {
    scopes,
    async handle(request, response, caller) {
      const url = new URL(`http://localhost${request.url}`);
      const target = request.headers['x-amz-target'];
      const match = router(request.method, url, typeof target === 'string' ? target : undefined);
      const requestId = randomUUID();
      const sent = { 'x-amzn-requestid': requestId };
      try {
        if (!match) throw unknownOperation(`${scopes[0]} ${target ?? `${request.method} ${url.pathname}`}`);
        const context = { caller, requestId, signal: signalOf(response) };
        const answer = await run(match, url, request, context);
        const { headers, body, status = match.operation.http?.status ?? 200 } = answer;
        if (hasEventStream(match.operation.output)) {
          const frames = Readable.from(framesOf(match.operation, body as Readable, context.signal), {
            highWaterMark: 1,
          });
          await respond(response, {
            status,
            headers: { ...headers, ...sent, 'content-type': eventStreamType },
            body: frames,
          });
        } else {
          await respond(response, {
            status,
            headers: { 'content-type': 'application/json', ...headers, ...sent },
            body,
          });
        }
      } catch (error) {
        if (response.headersSent) return void response.destroy();
        report(match?.operation.name ?? url.pathname, error);
        const answer = errorAnswer(protocol, shapeOf(error), error);
        await respond(response, { ...answer, headers: { ...answer.headers, ...sent } });
      }
    },
  };
}

const hasEventStream = (schema: Operation['input']) =>
  schema.isStructSchema() && schema.getEventStreamMember() !== '';

const unknownOperation = (what: string) =>
  new AwsError('UnknownOperationException', 404, `The local platform does not know ${what}`);

const joined = (headers: AwsRequest['headers']) =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

/** Aborts when the client goes away before the answer is out. */
function signalOf(response: AwsResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) controller.abort();
  });
  return controller.signal;
}
