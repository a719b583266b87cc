import { type Subscription, type SubscriptionName, subscriptions } from '@nova/shared/subscriptions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Resource, statementsOf } from '../../../review/synthesized-stack.ts';
import { type Synthesis, synthesize } from '../testing/synthesize.ts';

const names = Object.keys(subscriptions) as SubscriptionName[];

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = synthesize('dev');
});

const rule = (name: string) =>
  synthesis.platform.one('aws_cloudwatch_event_rule', { name: `nova-dev-${name}` });
/** The only target of a rule. */
function targetOf(name: string): Resource {
  const [target, ...others] = synthesis.platform
    .of('aws_cloudwatch_event_target')
    .filter(({ values }) => synthesis.platform.referred(values.rule).address === rule(name).address);
  if (!target || others.length > 0) throw new Error(`rule ${name} has not one target`);
  return target;
}

describe('rules', () => {
  it('are exactly the subscriptions of the contract', () => {
    expect(
      synthesis.platform
        .of('aws_cloudwatch_event_rule')
        .map(({ values }) => values.name)
        .sort(),
    ).toEqual(names.map((name) => `nova-dev-${name}`).sort());
  });

  it.each(names)('%s matches its pattern on its bus', (name) => {
    const subscription: Subscription = subscriptions[name];
    const { values } = rule(name);

    const pattern = JSON.parse(String(values.event_pattern)) as Record<string, unknown>;
    expect(pattern).toMatchObject(subscription.pattern);
    if (subscription.bus === 'domain') {
      expect(synthesis.platform.referred(values.event_bus_name).values.name).toBe('nova-dev');
      expect(pattern).toEqual(subscription.pattern);
    } else {
      expect(values.event_bus_name).toBe('default');
    }
  });

  it('of S3 match our own bucket only', () => {
    const { detail } = JSON.parse(String(rule('uploads').values.event_pattern)) as {
      detail: { bucket: { name: string[] } };
    };

    expect(detail.bucket.name.map((name) => synthesis.platform.referred(name).path)).toEqual([
      'nova-platform/data/content/content/bucket',
    ]);
  });

  it.each(names)(
    '%s has one target, with a retry policy and the dead letter queue of its function',
    (name) => {
      const { platform } = synthesis;

      const target = targetOf(name);

      expect(platform.invoked(target.values.arn).values.function_name).toBe(
        `nova-dev-${subscriptions[name].function}`,
      );
      expect(target.values.retry_policy).toMatchObject({
        maximum_event_age_in_seconds: expect.any(Number),
        maximum_retry_attempts: expect.any(Number),
      });
      const { arn } = target.values.dead_letter_config as { arn: string };
      expect(platform.referred(arn).values.name).toBe(
        `nova-dev-${subscriptions[name].function}-dead-letters`,
      );
    },
  );

  it.each(names)('%s may invoke its function, and send to its queue', (name) => {
    const { platform } = synthesis;
    const arn = `\${${rule(name).address}.arn}`;

    const permission = platform.one('aws_lambda_permission', { source_arn: arn });
    const senders = platform
      .of('aws_sqs_queue_policy')
      .flatMap(({ values }) => statementsOf(values.policy))
      .filter(
        ({ Effect, Condition }) =>
          Effect === 'Allow' && [Condition?.ArnEquals?.['aws:SourceArn']].flat().includes(arn),
      );

    expect(platform.invoked(permission.values.function_name).values.function_name).toBe(
      `nova-dev-${subscriptions[name].function}`,
    );
    const { function: own, formerly }: Subscription = subscriptions[name];
    const queues = [own, ...(formerly ? [formerly] : [])].map((one) => `nova-dev-${one}-dead-letters`);
    expect(senders).toHaveLength(queues.length);
    for (const { Principal, Action, Resource = [] } of senders) {
      expect(Principal).toEqual({ Service: 'events.amazonaws.com' });
      expect(Action).toEqual(['sqs:SendMessage']);
      expect(queues).toContain(platform.referred(Resource[0]).values.name);
    }
  });

  it.each(names)('%s gets a new target before the old one ends, so that no event finds none', (name) => {
    const { platform } = synthesis;
    const permission = platform.one('aws_lambda_permission', {
      source_arn: `\${${rule(name).address}.arn}`,
    });

    const target = targetOf(name);

    expect(target.values.lifecycle).toEqual({ create_before_destroy: true });
    expect(permission.values.lifecycle).toEqual({ create_before_destroy: true });
    expect(target.values.depends_on).toContain(permission.address);
  });
});

describe('queues', () => {
  it('are encrypted, reached over TLS only, and keep messages for the maximum of SQS', () => {
    const { platform } = synthesis;
    const policies = platform.of('aws_sqs_queue_policy');

    for (const queue of platform.of('aws_sqs_queue')) {
      expect(queue.values).toMatchObject({
        sqs_managed_sse_enabled: true,
        message_retention_seconds: 1_209_600,
      });
      const policy = policies.find(
        ({ values }) => platform.referred(values.queue_url).address === queue.address,
      );
      expect(statementsOf(policy?.values.policy)).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });
});

describe('the bus', () => {
  it('archives the domain events with a subscriber, and no conversation', () => {
    const archive = synthesis.platform.the('aws_cloudwatch_event_archive');

    expect(synthesis.platform.referred(archive.values.event_source_arn).values.name).toBe('nova-dev');
    expect(archive.values).toMatchObject({
      retention_days: synthesis.settings.retention.eventArchive,
    });
    const pattern = JSON.parse(String(archive.values.event_pattern)) as Record<string, string[]>;
    const listened = names
      .map((name): Subscription['pattern'] => subscriptions[name].pattern)
      .filter(({ source }) => String(source) === 'nova')
      .flatMap((one) => one['detail-type'] as string[]);
    expect(pattern).toEqual({ source: ['nova'], 'detail-type': expect.anything() });
    expect(new Set(pattern['detail-type'])).toEqual(new Set(listened));
    expect(pattern['detail-type']).not.toContain('TurnCompleted');
  });
});
