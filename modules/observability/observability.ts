import { BudgetsBudget } from '@cdktf/provider-aws/lib/budgets-budget/index.js';
import { budgetOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { dashboard } from './dashboard.ts';
import { SavedQueries } from './logs.ts';

export interface ObservabilityProps {
  readonly settings: Settings;
  readonly accountId: string;
  /** Names of log groups. */
  readonly functionLogs: readonly string[];
  readonly accessLog: string;
}

/** What tells people how the stage is: alarms, a dashboard, a budget, questions to the logs. */
export class Observability extends Construct {
  /** Alarms that a rollout turns back on; none where the stage has no alarms. */
  readonly stoppingRollouts: readonly string[];

  constructor(scope: Construct, id: string, { settings, accountId, ...logs }: ObservabilityProps) {
    super(scope, id);
    const topic = new AlarmTopic(this, 'topic', { settings, accountId });
    monthlyBudget(this, settings, topic.arn);
    new SavedQueries(this, 'queries', { settings, ...logs });
    if (settings.watch.dashboard) dashboard(this, settings);
    this.stoppingRollouts = settings.watch.alarms
      ? new Alarms(this, 'alarms', settings, topic.arn).stoppingRollouts
      : [];
  }
}

/**
 * Tells when the month's cost of the stage nears what it may be. Costs are told apart by the tag `Stage`, which somebody
 * must have activated as a cost allocation tag once in the account. Source: AWS Billing guide, "Using user-defined cost
 * allocation tags".
 */
function monthlyBudget(scope: Construct, { prefix, stage, watch }: Settings, topicArn: string): void {
  const told = (threshold: number, notificationType: 'ACTUAL' | 'FORECASTED') => ({
    comparisonOperator: 'GREATER_THAN',
    threshold,
    thresholdType: 'PERCENTAGE',
    notificationType,
    subscriberSnsTopicArns: [topicArn],
  });
  new BudgetsBudget(scope, 'budget', {
    name: budgetOf(prefix),
    budgetType: 'COST',
    timeUnit: 'MONTHLY',
    limitAmount: String(watch.monthlyBudgetDollars),
    limitUnit: 'USD',
    // The tag's name and value as Cost Explorer writes them.
    costFilter: [{ name: 'TagKeyValue', values: [`user:Stage$${stage}`] }],
    notification: [told(80, 'ACTUAL'), told(100, 'FORECASTED')],
  });
}
