import type { AwsRequest } from '../../contracts.ts';
import { type Fault, signatureFault } from './faults.ts';

/** A request's signature, read but not yet checked. */
export interface SignedHead {
  /** `header`: the `Authorization` header. `query`: a presigned URL. */
  readonly place: 'header' | 'query';
  readonly accessKeyId: string;
  /** Parts of the credential scope, `20260101/us-east-1/s3/aws4_request`. */
  readonly region: string;
  readonly service: string;
  readonly signedAt: Date;
  /** Seconds a presigned URL is good for. */
  readonly expiresIn: number | undefined;
  readonly signedHeaders: ReadonlySet<string>;
  readonly signature: string;
  /** Hash of the body as signed, or what stands for it, such as `UNSIGNED-PAYLOAD`; undefined when not sent. */
  readonly payloadHash: string | undefined;
}

const algorithm = 'AWS4-HMAC-SHA256';
/** Seconds: AWS accepts presigned URLs of up to a week. */
const maxExpiry = 7 * 24 * 3600;

/**
 * Reads the signature of a request (SigV4, "Authenticating requests").
 * @throws AwsError in the service's own words when there is none or it is incomplete
 */
export function parseSignature({ url, headers }: Pick<AwsRequest, 'url' | 'headers'>): SignedHead {
  const { searchParams } = new URL(`http://localhost${url}`);
  if (searchParams.has('X-Amz-Signature')) return parseQuery(searchParams);
  if (headers.authorization) return parseHeader(headers.authorization, headers);
  throw signatureFault('missing', undefined);
}

function parseHeader(authorization: string, headers: AwsRequest['headers']): SignedHead {
  const [scheme, ...rest] = authorization.split(/\s+/);
  const fields = new Map(
    rest
      .join('')
      .split(',')
      .map((field): [string, string] => {
        const equals = field.indexOf('=');
        return [field.slice(0, equals), field.slice(equals + 1)];
      }),
  );
  const credential = readCredential(fields.get('Credential'));
  const fail = failureOf(credential.service);
  if (scheme !== algorithm) throw fail('malformed', `algorithm must be ${algorithm}`);
  return {
    place: 'header',
    ...credential,
    ...readDate(text(headers['x-amz-date']), credential, fail),
    expiresIn: undefined,
    ...readSignature(fields.get('SignedHeaders'), fields.get('Signature'), fail),
    payloadHash: text(headers['x-amz-content-sha256']),
  };
}

function parseQuery(query: URLSearchParams): SignedHead {
  const get = (name: string) => query.get(`X-Amz-${name}`) ?? undefined;
  const credential = readCredential(get('Credential'));
  const fail = failureOf(credential.service);
  if (get('Algorithm') !== algorithm) throw fail('malformed', `X-Amz-Algorithm must be ${algorithm}`);
  const expiresIn = Number(get('Expires'));
  if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > maxExpiry) {
    throw fail('malformed', `X-Amz-Expires must be between 1 and ${maxExpiry} seconds`);
  }
  return {
    place: 'query',
    ...credential,
    ...readDate(get('Date'), credential, fail),
    expiresIn,
    ...readSignature(get('SignedHeaders'), get('Signature'), fail),
    payloadHash: get('Content-Sha256'),
  };
}

type Fail = (fault: Fault, detail: string) => Error;
const failureOf =
  (service: string): Fail =>
  (fault, detail) =>
    signatureFault(fault, service, detail);

function readCredential(credential: string | undefined) {
  const [accessKeyId, date, region, service, terminator] = credential?.split('/') ?? [];
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request') {
    throw signatureFault(
      'malformed',
      service,
      'Credential must be <key id>/<date>/<region>/<service>/aws4_request',
    );
  }
  return { accessKeyId, date, region, service };
}

function readDate(longDate: string | undefined, { date }: { date: string }, fail: Fail) {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(longDate ?? '');
  if (!match) throw fail('malformed', 'X-Amz-Date must be of the form 20260102T030405Z');
  const [, year, month, day, hour, minute, second] = match;
  if (`${year}${month}${day}` !== date)
    throw fail('malformed', 'the date of the credential is not that of X-Amz-Date');
  return { signedAt: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) };
}

function readSignature(signedHeaders: string | undefined, signature: string | undefined, fail: Fail) {
  if (!signedHeaders || !signature) throw fail('malformed', 'SignedHeaders and Signature are required');
  const names = new Set(signedHeaders.toLowerCase().split(';'));
  // The SDK signs HTTP/2's own name of the host.
  if (!names.has('host') && !names.has(':authority')) throw fail('malformed', 'SignedHeaders must name host');
  return { signedHeaders: names, signature };
}

const text = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(',') : value);
