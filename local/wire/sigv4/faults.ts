import { AwsError } from '../../contracts.ts';

/** The faults of a signature. */
export type Fault =
  | 'missing'
  | 'malformed'
  | 'unknownKey'
  | 'mismatch'
  | 'skewed'
  | 'expired'
  | 'unsignedHeaders';

interface FaultShape {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

/** S3's error codes: API reference, "Error responses". */
const s3: Record<Fault, FaultShape> = {
  missing: { code: 'AccessDenied', status: 403, message: 'Access Denied' },
  malformed: {
    code: 'AuthorizationHeaderMalformed',
    status: 400,
    message: 'The authorization header or query parameters that you provided are not valid',
  },
  unknownKey: {
    code: 'InvalidAccessKeyId',
    status: 403,
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  mismatch: {
    code: 'SignatureDoesNotMatch',
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
  skewed: {
    code: 'RequestTimeTooSkewed',
    status: 403,
    message: 'The difference between the request time and the current time is too large.',
  },
  expired: { code: 'AccessDenied', status: 403, message: 'Request has expired' },
  unsignedHeaders: {
    code: 'AccessDenied',
    status: 403,
    message: 'There were headers present in the request which were not signed',
  },
};

const calculated =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** The other services' error codes: each API reference's "Common errors". */
const common: Record<Fault, FaultShape> = {
  missing: {
    code: 'MissingAuthenticationTokenException',
    status: 403,
    message: 'Missing Authentication Token',
  },
  malformed: { code: 'IncompleteSignatureException', status: 400, message: 'The signature is incomplete' },
  unknownKey: {
    code: 'UnrecognizedClientException',
    status: 403,
    message: 'The security token included in the request is invalid.',
  },
  mismatch: { code: 'InvalidSignatureException', status: 403, message: calculated },
  skewed: {
    code: 'InvalidSignatureException',
    status: 403,
    message: 'Signature expired: the request was signed more than 15 minutes away from now',
  },
  expired: { code: 'InvalidSignatureException', status: 403, message: 'Signature expired' },
  unsignedHeaders: {
    code: 'InvalidSignatureException',
    status: 403,
    message: 'There were headers present in the request which were not signed',
  },
};

/**
 * The error AWS answers a bad signature with.
 * @param service credential scope it was signed for; undefined when that could not be read
 * @param detail what exactly, where AWS says it too
 */
export function signatureFault(fault: Fault, service: string | undefined, detail?: string): AwsError {
  const { code, status, message } = (service === 's3' ? s3 : common)[fault];
  return new AwsError(code, status, detail ? `${message}: ${detail}` : message);
}
