import { Problem } from '@nova/shared/api/common';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.ts';
import { failure } from './api.ts';

describe('a problem that passes', () => {
  it('says when another try makes sense, and when what is used up starts anew', () => {
    const resetsAt = '2026-11-24T00:00:00.000Z';
    const { statusCode, headers, body } = failure(
      new DomainError('budget-exhausted', 'No more today.', { resetsAt, retryAfterSeconds: 60 }),
      'c-1',
    );

    expect(statusCode).toBe(429);
    expect(headers).toMatchObject({ 'retry-after': '60', 'content-type': 'application/problem+json' });
    expect(Problem.parse(JSON.parse(body))).toMatchObject({ type: 'budget-exhausted', resetsAt });
  });

  it('says nothing of it where that is not known', () => {
    const { headers, body } = failure(new DomainError('not-found', 'Not there.'), 'c-1');

    expect(headers).not.toHaveProperty('retry-after');
    expect(JSON.parse(body)).not.toHaveProperty('resetsAt');
  });
});
