import {
  AccessDeniedException,
  InternalServerException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import { TooManyRequestsException } from '@aws-sdk/client-s3vectors';
import { describe, expect, it } from 'vitest';
import { answerOf, isPassing, isRefusal } from './errors.ts';

const answered = { message: 'why', $metadata: {} };

describe('a failed call', () => {
  it.each([
    new ThrottlingException(answered),
    new TooManyRequestsException(answered),
    new InternalServerException(answered),
    Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' }),
    new DOMException('too late', 'TimeoutError'),
  ])('is temporary: %s', (error) => {
    expect(isPassing(error)).toBe(true);
    expect(answerOf(error, 'The search')).toMatchObject({ type: 'model-unavailable', status: 503 });
  });

  it('is a refusal of the input', () => {
    const refusal = new ValidationException(answered);

    expect(isPassing(refusal)).toBe(false);
    expect(isRefusal(refusal)).toBe(true);
    expect(answerOf(refusal, 'The search')).toMatchObject({
      status: 400,
      message: 'The search refused the input: why',
    });
  });

  it.each([new AccessDeniedException(answered), new Error('a bug'), 'not an error'])(
    'is an internal fault otherwise: %s',
    (error) => {
      expect(isPassing(error)).toBe(false);
      expect(answerOf(error, 'The search')).toBe(error);
    },
  );
});
