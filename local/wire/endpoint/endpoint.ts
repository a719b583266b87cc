import { randomUUID } from 'node:crypto';
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type Logger,
} from '../../contracts.ts';
import type { Identities } from '../../iam/identities.ts';
import { meansThisMachine } from '../../process/this-machine.ts';
import { respond } from '../respond.ts';
import { jsonError, xmlError } from '../schema/errors.ts';
import { parseSignature } from '../sigv4/parse.ts';
import { authenticate } from './authenticate.ts';
import { listen } from './listen.ts';
import { openRequest } from './request.ts';

export interface EndpointDependencies {
  /** 0 takes a free one. */
  readonly port: number;
  readonly identities: Identities;
  readonly services: readonly AwsService[];
  readonly logger: Logger;
  /** The present, for signatures; the system's clock by default. */
  readonly now?: () => Date;
}

export interface Endpoint {
  readonly port: number;
  /** What `AWS_ENDPOINT_URL` is set to. */
  readonly url: string;
  /** Ends every connection, open streams too; it does not close the services. */
  close(): Promise<void>;
}

/**
 * The one address of all local AWS services, over HTTP/1.1 and HTTP/2. It checks each request's signature and hands it
 * to the service the signature is for.
 * @throws the system's error, such as `EADDRINUSE`, when it cannot listen on the port
 */
export async function startEndpoint(dependencies: EndpointDependencies): Promise<Endpoint> {
  const { identities, services, logger, now = () => new Date() } = dependencies;
  const byScope = new Map(services.flatMap((service) => service.scopes.map((scope) => [scope, service])));

  async function answer(request: AwsRequest, response: AwsResponse): Promise<void> {
    if (!meansThisMachine(request.headers.host)) throw unknownHost(request.headers.host);
    // Only browsers' preflights come without a signature, and only S3 takes any.
    if (request.method === 'OPTIONS' && byScope.get('s3')?.beforeSignature?.(request, response)) return;
    const head = parseSignature(request);
    const service = byScope.get(head.service);
    if (!service) throw unknownService(head.service);
    if (service.beforeSignature?.(request, response)) return;
    const signed = await authenticate(request, head, identities, now());
    await service.handle(signed.request, response, signed.caller);
  }

  const listener = await listen(dependencies.port, (raw, response) => {
    const request = openRequest(raw);
    answer(request, response).catch((error: unknown) => refuse(error, request, response, logger));
  });

  return {
    port: listener.port,
    url: `http://127.0.0.1:${listener.port}`,
    close: () => listener.close(),
  };
}

const unknownHost = (host: string | undefined) =>
  new AwsError('AccessDenied', 403, `${host} is not this machine; call 127.0.0.1 or localhost.`);

const unknownService = (scope: string) =>
  new AwsError('UnknownOperationException', 404, `The local platform runs no AWS service named '${scope}'`);

/** Answers requests for S3 in XML, all others in JSON. */
function refuse(error: unknown, request: AwsRequest, response: AwsResponse, logger: Logger): void {
  if (!(error instanceof AwsError) && !response.destroyed) {
    logger.error(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
  }
  if (response.headersSent || response.destroyed) return void response.destroy();
  const { code, status, message } =
    error instanceof AwsError ? error : new AwsError('InternalFailure', 500, 'The local platform failed');
  const [resource = '/'] = request.url.split('?');
  const answer = isForS3(request)
    ? xmlError(code, status, message, { resource, requestId: randomUUID() })
    : jsonError(code, status, message);
  const body = request.method === 'HEAD' ? undefined : answer.body;
  respond(response, { ...answer, body }).catch(() => response.destroy());
}

/** By the credential scope; a request without one is taken for S3, since people open S3 addresses in a browser. */
function isForS3({ url, headers }: AwsRequest): boolean {
  const scope = /(?:\/|%2F)([\w-]+)(?:\/|%2F)aws4_request/i.exec(
    `${headers.authorization ?? ''} ${url}`,
  )?.[1];
  return scope === undefined ? headers['x-amz-target'] === undefined : scope === 's3';
}
