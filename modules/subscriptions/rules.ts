import {
  type Subscriber,
  type Subscription,
  type SubscriptionName,
  subscribers,
  subscriptions,
} from '@nova/shared/subscriptions';
import { Construct } from 'constructs';
import type { EventBus } from '../events/bus.ts';
import type { Functions } from '../functions/functions.ts';
import type { Settings } from '../settings.ts';
import { Rule } from './rule.ts';

export interface RulesProps {
  readonly settings: Settings;
  readonly bus: EventBus;
  readonly bucketName: string;
  readonly functions: Functions;
}

/** Every subscription of the contract. Events that a rule cannot deliver go to the function's dead-letter queue. */
export class Rules extends Construct {
  constructor(scope: Construct, id: string, { functions, ...props }: RulesProps) {
    super(scope, id);
    const rules = (Object.keys(subscriptions) as SubscriptionName[]).map((name) => {
      const subscription: Subscription & { readonly function: Subscriber } = subscriptions[name];
      const target = functions.get(subscription.function);
      const deadLettersArn = functions.deadLetters(subscription.function).arn;
      return { ...subscription, rule: new Rule(this, name, { ...props, name, target, deadLettersArn }) };
    });
    for (const subscriber of subscribers) {
      const deadLetters = functions.deadLetters(subscriber);
      // A rule retries for an hour, so a queue may still receive events of a rule that now has another target.
      const own = rules.filter((one) => one.function === subscriber || one.formerly === subscriber);
      deadLetters.allow([
        {
          sid: 'RulesSendWhatTheyCannotDeliver',
          principal: { Service: 'events.amazonaws.com' },
          actions: ['sqs:SendMessage'],
          resources: [deadLetters.arn],
          conditions: { ArnEquals: { 'aws:SourceArn': own.map(({ rule }) => rule.arn) } },
        },
      ]);
    }
  }
}
