import { BudgetsBudget } from '@cdktf/provider-aws/lib/budgets-budget/index.js';
import { budgetOf } from '@nova/shared/naming';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/**
 * Tells when the month's cost of the stage nears what it may be. Costs are told apart by the tag `Stage`, which somebody
 * must have activated as a cost allocation tag once in the account. Source: AWS Billing guide, "Using user-defined cost
 * allocation tags".
 */
export function monthlyBudget(scope: Construct, { prefix, stage, watch }: Settings, topicArn: string): void {
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
