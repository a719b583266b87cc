import { describe, expect, it } from 'vitest';
import { entry, eventBridgeFixture, functionArn, queueArn, ruleArn } from './testing/eventbridge-fixture.ts';

describe('a delivery', () => {
  it('to a function without a permission for the rule ends in the dead letter queue', async () => {
    const { put, to, sent, logger } = await eventBridgeFixture();
    const { Entries } = await put(entry('Forbidden', { a: 1 }));

    expect(to('secret')).toEqual([]);
    expect(sent).toEqual([
      {
        queue: queueArn('letters'),
        body: expect.objectContaining({ id: Entries?.[0]?.EventId, detail: { a: 1 } }),
        attributes: {
          RULE_ARN: ruleArn('forbidden'),
          TARGET_ARN: functionArn('secret'),
          ERROR_CODE: 'NO_PERMISSIONS',
          ERROR_MESSAGE: expect.stringContaining('No aws_lambda_permission lets'),
        },
      },
    ]);
    expect(logger.errors).toEqual([expect.stringContaining('Rule forbidden could not deliver event')]);
  });

  it('that fails does not affect other targets', async () => {
    const { put, to, sent } = await eventBridgeFixture({ unknownFunction: functionArn('audio') });
    await put(entry('JobRequested', { a: 1 }));

    expect(to('watcher')).toEqual([{ a: 1 }]);
    expect(sent.map(({ queue, attributes }) => [queue, attributes])).toEqual([
      [queueArn('letters'), expect.objectContaining({ ERROR_CODE: 'SDK_CLIENT_ERROR' })],
    ]);
  });

  it('to a queue with a policy that does not allow the rule ends in the dead letter queue', async () => {
    const { put, sent } = await eventBridgeFixture();
    await put(entry('Refused'));

    expect(sent).toMatchObject([
      { queue: queueArn('letters'), attributes: { ERROR_CODE: 'NO_PERMISSIONS' } },
    ]);
  });

  it('to a dead letter queue with a policy that does not allow the rule is lost and logged', async () => {
    const { put, sent, logger } = await eventBridgeFixture();
    await put(entry('Lost'));

    expect(sent).toEqual([]);
    expect(logger.errors.at(-1)).toMatch(
      /is lost, as on AWS: no aws_sqs_queue_policy lets .*rule\/nova\/lost send to .*:closed$/,
    );
  });

  it('to a queue contains the detail', async () => {
    const { put, sent } = await eventBridgeFixture();
    await put(entry('Queued', { a: 1 }));

    expect(sent).toMatchObject([{ queue: queueArn('inbox'), body: { detail: { a: 1 } } }]);
  });
});
