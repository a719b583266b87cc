import { type SubscriptionName, subscribers, subscriptions } from '@nova/shared/subscriptions';
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
    for (const subscriber of subscribers) {
      const target = functions.get(subscriber);
      const deadLetters = functions.deadLetters(subscriber);
      const names = (Object.keys(subscriptions) as SubscriptionName[]).filter(
        (name) => subscriptions[name].function === subscriber,
      );
      const rules = names.map(
        (name) => new Rule(this, name, { ...props, name, target, deadLettersArn: deadLetters.arn }),
      );
      deadLetters.allow([
        {
          sid: 'RulesSendWhatTheyCannotDeliver',
          principal: { Service: 'events.amazonaws.com' },
          actions: ['sqs:SendMessage'],
          resources: [deadLetters.arn],
          conditions: { ArnEquals: { 'aws:SourceArn': rules.map(({ arn }) => arn) } },
        },
      ]);
    }
  }
}
