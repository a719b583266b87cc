import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { ProxyResponse } from './proxy-response.ts';

/** Content codings that API Gateway compresses with, the preferred one first. Source: API Gateway guide, "Payload compression". */
const codings = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;

/**
 * An answer as a client with this `Accept-Encoding` gets it: compressed where the client names a coding, where the answer is not encoded
 * yet, and where it is large enough. A stream stays as it is.
 * @param least bytes from which on answers are compressed; undefined for an API that compresses none
 */
export async function compressed(
  response: ProxyResponse,
  accepted: string | undefined,
  least: number | undefined,
): Promise<ProxyResponse> {
  const { body, headers } = response;
  const isLarge = body instanceof Uint8Array && least !== undefined && body.length >= least;
  const coding = (['gzip', 'deflate'] as const).find((name) => qualityOf(accepted, name) > 0);
  if (!isLarge || !coding || headers.has('content-encoding')) return response;
  headers.set('content-encoding', coding);
  return { ...response, body: await codings[coding](body) };
}

/** The weight of a coding that the header names (RFC 9110 §12.5.3); API Gateway does not take `*` for a name. */
function qualityOf(accepted = '', coding: string): number {
  const named = accepted.split(',').find((part) => part.split(';')[0]?.trim().toLowerCase() === coding);
  if (named === undefined) return 0;
  return Number(/;\s*q\s*=\s*([\d.]+)/i.exec(named)?.[1] ?? 1);
}
