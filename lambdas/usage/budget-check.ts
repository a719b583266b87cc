import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Usage } from '@nova/shared/api/usage';
import type { Environment } from '@nova/shared/environment';
import { totalTokens } from '../domain/projections/usage.ts';
import type { EventStore } from '../event-store/store.ts';
import { readModel } from '../read-model/rows.ts';
import { budgetOf, refuseExhausted, type TokenBudgets, usageDay } from './budget.ts';
import { type DayUsage, dayUsage } from './day-usage.ts';

/**
 * The key's budget of today, by all recorded usage.
 * @throws (when called) DomainError `budget-exhausted` with the time of the reset, when nothing is left
 */
export type BudgetCheck = (tenant: string) => Promise<Usage['budget']>;

export function budgetCheck(usedOn: DayUsage, budgets: TokenBudgets): BudgetCheck {
  return async (tenant) => {
    const now = new Date();
    const budget = budgetOf(budgets, tenant, totalTokens(await usedOn(tenant, usageDay(now))), now);
    refuseExhausted(budget);
    return budget;
  };
}

/** The check of a function, by its environment. */
export const openBudgetCheck = (
  client: DynamoDBDocumentClient,
  store: EventStore,
  environment: Environment<'READ_MODEL_TABLE' | 'TOKEN_BUDGETS'>,
): BudgetCheck =>
  budgetCheck(dayUsage(readModel(client, environment.READ_MODEL_TABLE), store), environment.TOKEN_BUDGETS);
