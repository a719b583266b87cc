import { randomBytes, randomUUID } from 'node:crypto';
import type { ApiDefinition } from '../definition/api.ts';
import type { ApiKey } from '../definition/usage-plans.ts';
import { type GatewayRequest, headerOf } from './request.ts';

/** The facts of a request on its way through the gateway; later steps add to it. */
export interface RequestContext {
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly receivedAt: Date;
  /** `1-6553…` */
  readonly traceRoot: string;
  readonly request: Omit<GatewayRequest, 'body'>;
  resourceId?: string;
  /** `/content/{id}` */
  resourcePath?: string;
  key?: { readonly key: ApiKey; readonly value: string };
}

export function openContext(request: RequestContext['request']): RequestContext {
  const sent = /Root=(1-[0-9a-f]{8}-[0-9a-f]{24})/.exec(
    headerOf(request.headers, 'x-amzn-trace-id') ?? '',
  )?.[1];
  const receivedAt = new Date();
  const seconds = Math.floor(receivedAt.getTime() / 1000).toString(16);
  return {
    requestId: randomUUID(),
    extendedRequestId: `${randomBytes(11).toString('base64').slice(0, 15)}=`,
    receivedAt,
    traceRoot: sent ?? `1-${seconds}-${randomBytes(12).toString('hex')}`,
    request,
  };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment in the format of access logs: `23/Nov/2026:07:20:00 +0000`. */
export function clfTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':');
  return `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${time} +0000`;
}

/**
 * `requestContext` of a proxy event; also what `$context` variables are read from.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function requestContextOf(api: ApiDefinition, context: RequestContext) {
  const { request, key } = context;
  return {
    resourceId: context.resourceId,
    resourcePath: context.resourcePath,
    httpMethod: request.httpMethod,
    extendedRequestId: context.extendedRequestId,
    requestTime: clfTime(context.receivedAt),
    path: request.path,
    accountId: api.accountId,
    protocol: request.protocol,
    stage: api.stage,
    domainPrefix: api.apiId,
    requestTimeEpoch: context.receivedAt.getTime(),
    requestId: context.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      cognitoIdentityId: null,
      apiKey: key?.value ?? null,
      principalOrgId: null,
      cognitoAuthenticationType: null,
      userArn: null,
      apiKeyId: key?.key.id ?? null,
      userAgent: headerOf(request.headers, 'user-agent') ?? null,
      accountId: null,
      caller: null,
      sourceIp: request.sourceIp,
      accessKey: null,
      cognitoAuthenticationProvider: null,
      user: null,
    },
    domainName: `${api.apiId}.execute-api.${api.region}.amazonaws.com`,
    deploymentId: api.deploymentId,
    apiId: api.apiId,
  };
}
