import { BudgetsBudget, type BudgetsBudgetConfig } from '@cdktf/provider-aws/lib/budgets-budget/index.js';
import { accountBudgetOf, budgetOf } from '@nova/shared/naming';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/**
 * Two monthly budgets with notifications. One counts the stage by the tag `Stage`, which must be activated once in the account
 * as a cost allocation tag (AWS Billing guide, "Using user-defined cost allocation tags"). Tokens of models and transcriptions
 * carry no tag, so the other counts the whole account (docs/adr/0024-a-budget-for-the-account.md).
 */
export function budgets(scope: Construct, { prefix, stage, monitoring }: Settings, topicArn: string): void {
  monthlyBudget(scope, 'budget', topicArn, {
    name: budgetOf(prefix),
    limitAmount: String(monitoring.monthlyBudgetDollars),
    // The tag's name and value in Cost Explorer's notation.
    costFilter: [{ name: 'TagKeyValue', values: [`user:Stage$${stage}`] }],
  });
  monthlyBudget(scope, 'account-budget', topicArn, {
    name: accountBudgetOf(prefix),
    limitAmount: String(monitoring.accountBudgetDollars),
    // Otherwise an account with credits seems to cost nothing until they are used up.
    costTypes: { includeCredit: false, includeRefund: false },
  });
}

function monthlyBudget(
  scope: Construct,
  id: string,
  topicArn: string,
  budget: Pick<BudgetsBudgetConfig, 'name' | 'limitAmount' | 'costFilter' | 'costTypes'>,
): void {
  const notify = (threshold: number, notificationType: 'ACTUAL' | 'FORECASTED') => ({
    comparisonOperator: 'GREATER_THAN',
    threshold,
    thresholdType: 'PERCENTAGE',
    notificationType,
    subscriberSnsTopicArns: [topicArn],
  });
  new BudgetsBudget(scope, id, {
    ...budget,
    budgetType: 'COST',
    timeUnit: 'MONTHLY',
    limitUnit: 'USD',
    notification: [notify(80, 'ACTUAL'), notify(100, 'FORECASTED')],
  });
}
