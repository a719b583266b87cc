import { describe, expect, it } from 'vitest';
import { aMessage, anSqs } from '../testing/sqs-fixture.ts';
import { holdDeadLetters } from './dead-letters.ts';

const { signal } = new AbortController();
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:nova-${name}:$LATEST`;
const deleted = { source: 'nova', 'detail-type': 'ContentDeleted', detail: { id: 'e1' } };
const requested = { source: 'nova', 'detail-type': 'JobRequested', detail: { id: 'e2' } };

/** Lambda's record of an invocation that it gave up on. */
const record = (name: string, requestPayload: unknown) => ({
  timestamp: '2026-01-01T00:00:00.000Z',
  requestContext: { functionArn: arnOf(name), condition: 'RetriesExhausted', approximateInvokeCount: 3 },
  requestPayload,
  responsePayload: { errorMessage: 'broken' },
});
/** The same as an event on the bus. */
const failureEvent = (name: string, requestPayload: unknown) => ({
  source: 'lambda',
  'detail-type': 'Lambda Function Invocation Result - Failure',
  detail: record(name, requestPayload),
});

async function only(queue: string, body: unknown) {
  const sqs = anSqs({ [queue]: [aMessage('m1', body)] });
  const source = { ...sqs, functionName: (name: string) => `nova-${name}` };
  const { deadLetters } = await holdDeadLetters(source, 30).receive(signal);
  return [deadLetters[0]?.target, JSON.parse(deadLetters[0]?.payload ?? 'null')];
}

describe('a dead letter', () => {
  it('goes to the function that gave up on its event', async () => {
    expect(await only('event-handler', record('event-handler', deleted))).toEqual(['event-handler', deleted]);
    expect(await only('search-handler', deleted)).toEqual(['search-handler', deleted]);
  });

  it('of the event handler goes to the function that gave up on the original event', async () => {
    const lost = failureEvent('search-handler', deleted);
    const twice = failureEvent('event-handler', lost);

    expect(await only('event-handler', record('event-handler', lost))).toEqual(['search-handler', deleted]);
    expect(await only('event-handler', record('event-handler', twice))).toEqual(['search-handler', deleted]);
    expect(await only('event-handler', lost)).toEqual(['search-handler', deleted]);
  });

  it('of a failed job goes to the event handler, which records the failure', async () => {
    const lost = failureEvent('audio-handler', requested);
    const twice = failureEvent('event-handler', lost);

    expect(await only('event-handler', record('event-handler', lost))).toEqual(['event-handler', lost]);
    expect(await only('event-handler', record('event-handler', twice))).toEqual(['event-handler', lost]);
    expect(await only('event-handler', lost)).toEqual(['event-handler', lost]);
  });

  it('of an unknown function is not changed', async () => {
    const lost = failureEvent('somebody-else', deleted);

    expect(await only('event-handler', lost)).toEqual(['event-handler', lost]);
  });
});
