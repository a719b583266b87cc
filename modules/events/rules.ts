import { type SubscriptionName, subscriptions } from '@nova/shared/subscriptions';
import { Construct } from 'constructs';
import type { Functions } from '../functions/functions.ts';
import type { Settings } from '../settings.ts';
import type { EventBus } from './bus.ts';
import { Rule } from './rule.ts';

export interface RulesProps {
  readonly settings: Settings;
  readonly bus: EventBus;
  readonly bucketName: string;
  readonly functions: Functions;
}

/** Every subscription of the contract. */
export class Rules extends Construct {
  constructor(scope: Construct, id: string, { functions, ...props }: RulesProps) {
    super(scope, id);
    for (const name of Object.keys(subscriptions) as SubscriptionName[]) {
      new Rule(this, name, { ...props, name, target: functions.get(subscriptions[name].function) });
    }
  }
}
