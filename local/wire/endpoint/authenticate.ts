import { createHash } from 'node:crypto';
import { AwsError, type AwsRequest, type Caller } from '../../contracts.ts';
import type { Identities } from '../../iam/identities.ts';
import { signatureFault } from '../sigv4/faults.ts';
import type { SignedHead } from '../sigv4/parse.ts';
import { verifySignature } from '../sigv4/verify.ts';
import { withBody } from './request.ts';

/**
 * Bytes of a body that is held to check its hash. The largest AWS takes this way: Bedrock, 25 MB of inline video,
 * base64.
 */
const maxBufferedBody = 40 * 1024 * 1024;

/**
 * Authenticates the sender of a request.
 * @returns the caller, and the request with a body that matches its signature; S3 checks bodies while it reads them
 * @throws AwsError in the service's own words
 */
export async function authenticate(
  request: AwsRequest,
  head: SignedHead,
  identities: Identities,
  now: Date,
): Promise<{ readonly request: AwsRequest; readonly caller: Caller }> {
  const identity = identities.find(head.accessKeyId);
  if (!identity) throw signatureFault('unknownKey', head.service);
  const { credentials, caller } = identity;
  if (head.service === 's3') {
    const payloadHash = head.payloadHash ?? s3DefaultHash(head);
    await verifySignature(request, head, credentials, payloadHash, now);
    return { request, caller };
  }
  if (head.payloadHash !== undefined && !isHash(head.payloadHash)) {
    await verifySignature(request, head, credentials, head.payloadHash, now);
    return { request, caller };
  }
  const body = await readBody(request);
  const payloadHash = createHash('sha256').update(body).digest('hex');
  if (head.payloadHash !== undefined && head.payloadHash !== payloadHash) {
    throw signatureFault('mismatch', head.service);
  }
  await verifySignature(request, head, credentials, payloadHash, now);
  return { request: withBody(request, body), caller };
}

/** A presigned URL is made before its body is known; a signed request must contain the hash of its body. */
function s3DefaultHash({ place }: SignedHead): string {
  if (place === 'query') return 'UNSIGNED-PAYLOAD';
  throw new AwsError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
}

const isHash = (payloadHash: string) => /^[0-9a-f]{64}$/.test(payloadHash);

async function readBody(request: AwsRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBufferedBody) {
      throw new AwsError(
        'RequestEntityTooLargeException',
        413,
        `The request body is over ${maxBufferedBody} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
