import { timingSafeEqual } from 'node:crypto';
import { SignerHash } from '@nova/shared/signer-hash';
import { HttpRequest } from '@smithy/core/protocols';
import { ALGORITHM_IDENTIFIER, createScope, getCanonicalHeaders, SignatureV4 } from '@smithy/signature-v4';
import type { AwsRequest, Credentials } from '../../contracts.ts';
import { signatureFault } from './faults.ts';
import type { SignedHead } from './parse.ts';

/** Milliseconds a signature's time may differ from ours: AWS allows 15 minutes. */
const maxSkew = 15 * 60_000;

/** Signs a request again to compare signatures. The SDK's own signer does the work, so both agree on every rule. */
class Resigner extends SignatureV4 {
  constructor(credentials: Credentials, { region, service }: SignedHead) {
    // S3 alone takes the path as it is sent; all others encode it once more.
    super({ credentials, region, service, sha256: SignerHash, uriEscapePath: service !== 's3' });
  }

  async signatureOf(request: HttpRequest, head: SignedHead, payloadHash: string): Promise<string> {
    const { longDate, shortDate } = this.formatDate(head.signedAt);
    const headers = getCanonicalHeaders(request, undefined, new Set(head.signedHeaders));
    const canonical = this.createCanonicalRequest(request, headers, payloadHash);
    const scope = createScope(shortDate, head.region, head.service);
    const stringToSign = await this.createStringToSign(longDate, scope, canonical, ALGORITHM_IDENTIFIER);
    return this.sign(stringToSign, { signingDate: head.signedAt });
  }
}

/**
 * Checks a signature against the secret of its key.
 * @param payloadHash the signed hash of the body
 * @param now the present, for expiry and clock skew
 * @throws AwsError in the service's own words
 */
export async function verifySignature(
  request: Pick<AwsRequest, 'method' | 'url' | 'headers'>,
  head: SignedHead,
  credentials: Credentials,
  payloadHash: string,
  now: Date,
): Promise<void> {
  checkTime(head, now);
  checkHeaders(request.headers, head);
  const expected = await new Resigner(credentials, head).signatureOf(
    signedPart(request, head),
    head,
    payloadHash,
  );
  const [ours, theirs] = [Buffer.from(expected), Buffer.from(head.signature)];
  if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs))
    throw signatureFault('mismatch', head.service);
}

function checkTime({ signedAt, expiresIn, service }: SignedHead, now: Date): void {
  const age = now.getTime() - signedAt.getTime();
  if (age < -maxSkew) throw signatureFault('skewed', service);
  if (expiresIn === undefined && age > maxSkew) throw signatureFault('skewed', service);
  if (expiresIn !== undefined && age > expiresIn * 1000) throw signatureFault('expired', service);
}

/** AWS requires every `x-amz-` header of a request to be signed, so that none can be added on the way. */
function checkHeaders(headers: AwsRequest['headers'], { signedHeaders, service }: SignedHead): void {
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && !signedHeaders.has(name),
  );
  if (unsigned.length > 0) throw signatureFault('unsignedHeaders', service, unsigned.join(', '));
}

function signedPart(
  { method, url, headers }: Pick<AwsRequest, 'method' | 'url' | 'headers'>,
  head: SignedHead,
) {
  const [path = '/'] = url.split('?');
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of new URL(`http://localhost${url}`).searchParams) {
    query[name] = [...[query[name] ?? []].flat(), value];
  }
  const signed = [...head.signedHeaders].flatMap((name) => {
    const value = headers[name === ':authority' ? 'host' : name];
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]];
  });
  return new HttpRequest({ method, path, query, headers: Object.fromEntries(signed) });
}
