import { Readable } from 'node:stream';
import type { AwsRequest } from '../../contracts.ts';
import type { RawRequest } from './listen.ts';

/** A request of either HTTP version in one form: pseudo headers become `host`, the stream stays the body. */
export function openRequest(raw: RawRequest): AwsRequest {
  const { ':authority': authority, ...headers } = raw.headers as Record<
    string,
    string | string[] | undefined
  >;
  const visible = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
  const host = headers.host ?? authority ?? '127.0.0.1';
  return withHead(raw, {
    method: raw.method ?? 'GET',
    url: raw.url ?? '/',
    headers: { ...Object.fromEntries(visible), host } as AwsRequest['headers'],
  });
}

/** The same request with a body that was already read. */
export function withBody({ method, url, headers }: AwsRequest, body: Uint8Array): AwsRequest {
  return withHead(Readable.from([body], { objectMode: false }), { method, url, headers });
}

/** Own properties: both HTTP versions compute theirs in getters. */
function withHead(stream: Readable, head: Pick<AwsRequest, 'method' | 'url' | 'headers'>): AwsRequest {
  for (const [name, value] of Object.entries(head)) Object.defineProperty(stream, name, { value });
  return stream as AwsRequest;
}
