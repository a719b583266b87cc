import { Problem } from '@nova/shared/api/common';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.ts';
import { failure } from './api.ts';

describe('a problem response', () => {
  it('says when to retry, and when the budget resets', () => {
    const resetsAt = '2026-11-24T00:00:00.000Z';
    const { statusCode, headers, body } = failure(
      new DomainError('budget-exhausted', 'No more today.', { resetsAt, retryAfterSeconds: 60 }),
      'c-1',
    );

    expect(statusCode).toBe(429);
    expect(headers).toMatchObject({ 'retry-after': '60', 'content-type': 'application/problem+json' });
    expect(Problem.parse(JSON.parse(body))).toMatchObject({ type: 'budget-exhausted', resetsAt });
  });

  it('omits what it does not know', () => {
    const { headers, body } = failure(new DomainError('not-found', 'Not there.'), 'c-1');

    expect(headers).not.toHaveProperty('retry-after');
    expect(JSON.parse(body)).not.toHaveProperty('resetsAt');
  });
});
