import type { IncomingMessage } from 'node:http';
import { limits } from '@nova/shared/limits';

/** A request as API Gateway sees it. */
export interface GatewayRequest {
  readonly httpMethod: string;
  /** As sent, with the stage: `/v1/content/a%20b`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names as the client wrote them, values in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly body: Buffer;
}

/** Headers about the connection, which are not the request's. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** All but the body. */
export function readHead(incoming: IncomingMessage): Omit<GatewayRequest, 'body'> {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const headers = new Map<string, string[]>();
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const name = incoming.rawHeaders[index] ?? '';
    const value = incoming.rawHeaders[index + 1] ?? '';
    if (!hopByHop.has(name.toLowerCase())) headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  return {
    httpMethod: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers,
    protocol: `HTTP/${incoming.httpVersion}`,
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  };
}

/**
 * Reads a body.
 * @returns undefined when it is larger than API Gateway takes; the rest is discarded
 */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(incoming.headers['content-length'] ?? 0) > limits.gatewayPayloadBytes) {
    incoming.resume();
    return undefined;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes <= limits.gatewayPayloadBytes) chunks.push(chunk);
  }
  return bytes <= limits.gatewayPayloadBytes ? Buffer.concat(chunks) : undefined;
}

/** The last value of a header, whatever its case. */
export function headerOf(headers: GatewayRequest['headers'], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, values] of headers) if (key.toLowerCase() === wanted) return values.at(-1);
  return undefined;
}

/** Media type of a Content-Type, without its parameters; API Gateway takes none for JSON. */
export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(';')[0]?.trim().toLowerCase() || 'application/json';
}

/**
 * Names of required parameters that are not there.
 * @param required `method.request.querystring.q`, `method.request.header.X`, `method.request.path.id`
 */
export function missingParameters(
  required: readonly string[],
  request: Pick<GatewayRequest, 'query' | 'headers'>,
  path: Readonly<Record<string, string>>,
): string[] {
  return required.flatMap((parameter) => {
    const [, kind, name = ''] = /^method\.request\.(querystring|header|path)\.(.+)$/.exec(parameter) ?? [];
    const value =
      kind === 'querystring'
        ? request.query.get(name)
        : kind === 'header'
          ? headerOf(request.headers, name)
          : path[name];
    return value ? [] : [name];
  });
}
