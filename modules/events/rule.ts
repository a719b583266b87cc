import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { transcribePrefixOf } from '@nova/shared/naming';
import { type Subscription, type SubscriptionName, subscriptions } from '@nova/shared/subscriptions';
import { Construct } from 'constructs';
import type { NovaFunction } from '../functions/function.ts';
import type { Settings } from '../settings.ts';
import type { EventBus } from './bus.ts';
import { DeadLetters } from './dead-letters.ts';

/** EventBridge tries to hand an event to Lambda for so long; what the function then makes of it is Lambda's affair. */
const delivery = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 24 };

export interface RuleProps {
  readonly settings: Settings;
  readonly name: SubscriptionName;
  readonly bus: EventBus;
  readonly bucketName: string;
  readonly target: NovaFunction;
}

/** A subscription of the contract: one rule, its one target, and a home for what cannot be delivered. */
export class Rule extends Construct {
  constructor(scope: Construct, id: string, { settings, name, bus, bucketName, target }: RuleProps) {
    super(scope, id);
    const subscription: Subscription = subscriptions[name];
    const eventBusName = subscription.bus === 'domain' ? bus.name : 'default';
    const rule = new CloudwatchEventRule(this, 'rule', {
      name: `${settings.prefix}-${name}`,
      description: subscription.description,
      eventBusName,
      eventPattern: JSON.stringify(patternOf(subscription, bucketName, settings.prefix)),
    });
    const deadLetters = new DeadLetters(this, 'dead-letters', { settings, name });
    deadLetters.allow([
      {
        sid: 'RuleSendsWhatItCannotDeliver',
        principal: { Service: 'events.amazonaws.com' },
        actions: ['sqs:SendMessage'],
        resources: [deadLetters.arn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.arn } },
      },
    ]);
    new LambdaPermission(this, 'permission', {
      statementId: `rule-${name}`,
      action: 'lambda:InvokeFunction',
      functionName: target.functionName,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      eventBusName,
      targetId: subscription.function,
      arn: target.arn,
      retryPolicy: delivery,
      deadLetterConfig: { arn: deadLetters.arn },
    });
  }
}

/** The contract's pattern, with what is the stage's own. */
function patternOf(
  { pattern, bucket, transcribeJobs }: Subscription,
  bucketName: string,
  prefix: string,
): object {
  if (!bucket && !transcribeJobs) return pattern;
  const { detail } = pattern as { detail?: object };
  const own = {
    ...(bucket ? { bucket: { name: [bucketName] } } : {}),
    ...(transcribeJobs ? { TranscriptionJobName: [{ prefix: transcribePrefixOf(prefix) }] } : {}),
  };
  return { ...pattern, detail: { ...own, ...detail } };
}
