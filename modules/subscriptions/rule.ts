import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { limits } from '@nova/shared/limits';
import { ruleNameOf, transcribePrefixOf } from '@nova/shared/naming';
import { type Subscription, type SubscriptionName, subscriptions } from '@nova/shared/subscriptions';
import { Construct } from 'constructs';
import type { EventBus } from '../events/bus.ts';
import type { NovaFunction } from '../functions/function.ts';
import type { Settings } from '../settings.ts';

/** EventBridge's retries of a delivery to Lambda. Retries of the invocation itself are Lambda's. */
const delivery = { maximumEventAgeInSeconds: limits.eventAgeSeconds, maximumRetryAttempts: 24 };

/**
 * When a subscription moves to another function, the new target exists before the old one ends: an event that a rule matches
 * while it has no target is lost. In between, an event may reach both. Terraform extends this order to all that a target
 * depends on.
 */
const lifecycle = { createBeforeDestroy: true };

export interface RuleProps {
  readonly settings: Settings;
  readonly name: SubscriptionName;
  readonly bus: EventBus;
  readonly bucketName: string;
  readonly target: NovaFunction;
  /** ARN of the queue for events that cannot be delivered. */
  readonly deadLettersArn: string;
}

/** A subscription of the contract: one rule and its one target. */
export class Rule extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: RuleProps) {
    super(scope, id);
    const { settings, name, bus, bucketName, target, deadLettersArn } = props;
    const subscription: Subscription = subscriptions[name];
    const eventBusName = subscription.bus === 'domain' ? bus.name : 'default';
    const rule = new CloudwatchEventRule(this, 'rule', {
      name: ruleNameOf(settings.prefix, name),
      description: subscription.description,
      eventBusName,
      eventPattern: JSON.stringify(patternOf(subscription, bucketName, settings.prefix)),
    });
    const permission = new LambdaPermission(this, 'permission', {
      statementId: `rule-${name}`,
      action: 'lambda:InvokeFunction',
      functionName: target.functionName,
      qualifier: target.qualifier,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
      lifecycle,
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      eventBusName,
      targetId: subscription.function,
      arn: target.arn,
      retryPolicy: delivery,
      deadLetterConfig: { arn: deadLettersArn },
      dependsOn: [permission],
      lifecycle,
    });
    this.arn = rule.arn;
  }
}

/** The contract's pattern, with the stage's bucket and prefix. */
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
