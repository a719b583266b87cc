import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { UserError } from '@nova/shared/run-main';
import { Hono } from 'hono';
import type { Logger, Stack } from '../../contracts.ts';
import { LogFile } from '../../process/log-file.ts';
import { meansThisMachine } from '../../process/this-machine.ts';
import { ApiKeys } from './access/api-keys.ts';
import { Quotas } from './access/quotas.ts';
import { Throttles } from './access/throttles.ts';
import { AccessLog, type Served } from './access-log.ts';
import { type ApiDefinition, apiOf } from './definition/api.ts';
import { admit, integrate, type Pipeline } from './pipeline.ts';
import { openContext, type RequestContext } from './request/context.ts';
import { readBody, readHead } from './request/request.ts';
import { GatewayProblem, gatewayResponse } from './response/gateway-response.ts';
import type { ProxyResponse } from './response/proxy-response.ts';

export interface GatewayDependencies {
  readonly stack: Stack;
  readonly dataDirectory: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly invoke: Pipeline['invoke'];
  readonly logger: Logger;
  readonly onServed?: ((served: Served) => void) | undefined;
}

export interface Gateway {
  readonly port: number;
  /** Without the stage: `http://127.0.0.1:4010`. */
  readonly url: string;
  readonly api: ApiDefinition;
  /** Values of the API keys, by key id. */
  readonly keyValues: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/**
 * Milliseconds that an idle connection stays open. With Node's five seconds, a client that was busy for as long sends its
 * next request on a connection that is being closed, and fails.
 */
const keepAliveMs = 60_000;

/**
 * Serves the stack's REST API.
 * @throws UserError when the port is taken
 * @throws StackError when the API cannot be run
 */
export async function startGateway(dependencies: GatewayDependencies): Promise<Gateway> {
  const { stack, dataDirectory, invoke } = dependencies;
  const api = apiOf(stack);
  const throttles = new Throttles(api);
  const keys = new ApiKeys(api.plans, join(dataDirectory, 'api-keys.json'));
  const quotas = new Quotas(join(dataDirectory, 'gateway.db'));
  const log = new LogFile(join(dataDirectory, 'logs', 'access.log'), dependencies.logger.warn);
  const handler = new RequestHandler({ api, keys, quotas, invoke, throttles }, dependencies, log);
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.all('*', ({ env: { incoming, outgoing } }) =>
    meansThisMachine(incoming.headers.host) ? handler.serve(incoming, outgoing) : refusal(incoming),
  );
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.keepAliveTimeout = keepAliveMs;
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    quotas.close();
    log.close();
  };
  try {
    await listen(server, dependencies.port);
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    api,
    keyValues: keys.values,
    close,
  };
}

/** API Gateway's answer to a host that it does not know. */
const refusal = ({ headers }: IncomingMessage) =>
  Response.json(
    { message: `Forbidden: ${headers.host} is not this machine; call 127.0.0.1 or localhost.` },
    { status: 403 },
  );

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const free = `\`PORT=${port + 1} make dev\``;
      return reject(new UserError(`Port ${port} is taken. Choose another: ${free}.`, { cause: error }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** The progress of a request up to its answer. */
interface Progress {
  readonly context: RequestContext;
  readonly startedAt: number;
  integrationMs: number | undefined;
  problem: GatewayProblem | undefined;
}

/** Handles requests: admits them, invokes the function, sends the answer. */
class RequestHandler {
  readonly #pipeline: Pipeline;
  readonly #dependencies: GatewayDependencies;
  readonly #accessLog: AccessLog;

  constructor(pipeline: Pipeline, dependencies: GatewayDependencies, log: LogFile) {
    this.#pipeline = pipeline;
    this.#dependencies = dependencies;
    this.#accessLog = new AccessLog(pipeline.api, log);
  }

  async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Response> {
    const context = openContext(readHead(incoming));
    const progress: Progress = {
      context,
      startedAt: performance.now(),
      integrationMs: undefined,
      problem: undefined,
    };
    const answer = await this.#answer(incoming, progress);
    const { headers, status } = answer;
    headers.set('x-amzn-requestid', context.requestId);
    headers.set('x-amz-apigw-id', context.extendedRequestId);
    headers.set('x-amzn-trace-id', `Root=${context.traceRoot}`);
    const { body } = answer;
    if (body === null || body instanceof Uint8Array) {
      this.#served(progress, status, body?.length ?? 0);
      return new Response(body as Uint8Array<ArrayBuffer> | null, { status, headers });
    }
    // Sends the head at once, and each piece when it arrives. HTTP/1.0 has no chunks: there the end of the connection ends the answer.
    if (context.request.protocol !== 'HTTP/1.0') headers.set('transfer-encoding', 'chunked');
    outgoing.once('close', () => body.cancel());
    const chunks = this.#counted(body.chunks, outgoing, progress, status);
    return new Response(ReadableStream.from(chunks), { status, headers });
  }

  async #answer(incoming: IncomingMessage, progress: Progress): Promise<ProxyResponse> {
    const { context } = progress;
    try {
      const routed = admit(this.#pipeline, context);
      const body = await readBody(incoming).catch(() => {
        throw new GatewayProblem('DEFAULT_4XX', { detail: 'the client broke off its request' });
      });
      if (!body) throw new GatewayProblem('REQUEST_TOO_LARGE');
      const startedAt = performance.now();
      try {
        return await integrate(this.#pipeline, context, { ...context.request, body }, routed);
      } finally {
        progress.integrationMs = performance.now() - startedAt;
      }
    } catch (error) {
      const problem = error instanceof GatewayProblem ? error : this.#fault(error);
      progress.problem = problem;
      return gatewayResponse(this.#pipeline.api, context, problem);
    }
  }

  /** Counts a streamed body. When it breaks off, the connection is cut: the client must not take it for complete. */
  async *#counted(
    chunks: AsyncIterable<Uint8Array>,
    outgoing: ServerResponse,
    progress: Progress,
    status: number,
  ) {
    let bytes = 0;
    try {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (outgoing.destroyed) return;
      const { resourcePath } = progress.context;
      this.#dependencies.logger.warn(`${resourcePath}: the stream broke off: ${(error as Error).message}`);
      outgoing.destroy();
    } finally {
      this.#served(progress, status, bytes);
    }
  }

  #fault(error: unknown): GatewayProblem {
    this.#dependencies.logger.error(`The gateway failed: ${error instanceof Error ? error.stack : error}`);
    return new GatewayProblem('DEFAULT_5XX');
  }

  #served({ context, startedAt, integrationMs, problem }: Progress, status: number, bytes: number): void {
    const served = {
      context,
      status,
      bytes,
      latencyMs: performance.now() - startedAt,
      integrationMs,
      responseType: problem?.type,
      errorMessage: problem?.detail ?? problem?.validationError ?? problem?.message,
    };
    this.#accessLog.write(served);
    this.#dependencies.onServed?.(served);
  }
}
