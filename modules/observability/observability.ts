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
  /** Names of the functions' log groups. */
  readonly functionLogs: readonly string[];
  readonly accessLog: string;
}

/** Monitoring of the stage: alarms, a dashboard, a monthly budget and saved log queries. */
export class Observability extends Construct {
  /** Names of the alarms that roll a rollout back; none if the stage has no alarms. */
  readonly stoppingRollouts: readonly string[];

  constructor(scope: Construct, id: string, { settings, accountId, ...logs }: ObservabilityProps) {
    super(scope, id);
    const topic = new AlarmTopic(this, 'topic', { settings, accountId });
    monthlyBudget(this, settings, topic.arn);
    new SavedQueries(this, 'queries', { settings, ...logs });
    if (settings.monitoring.dashboard) dashboard(this, settings);
    this.stoppingRollouts = settings.monitoring.alarms
      ? new Alarms(this, 'alarms', settings, topic.arn).stoppingRollouts
      : [];
  }
}

/**
 * Notifies when the stage's monthly cost approaches its budget. Costs are separated by the tag `Stage`, which must be
 * activated once in the account as a cost allocation tag. Source: AWS Billing guide, "Using user-defined cost allocation
 * tags".
 */
function monthlyBudget(scope: Construct, { prefix, stage, monitoring }: Settings, topicArn: string): void {
  const notify = (threshold: number, notificationType: 'ACTUAL' | 'FORECASTED') => ({
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
    limitAmount: String(monitoring.monthlyBudgetDollars),
    limitUnit: 'USD',
    // The tag's name and value in Cost Explorer's notation.
    costFilter: [{ name: 'TagKeyValue', values: [`user:Stage$${stage}`] }],
    notification: [notify(80, 'ACTUAL'), notify(100, 'FORECASTED')],
  });
}
