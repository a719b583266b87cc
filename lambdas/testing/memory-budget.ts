import type { EventStore } from '../event-store/store.ts';
import { type BudgetCheck, budgetCheck } from '../usage/budget-check.ts';
import { dayUsage } from '../usage/day-usage.ts';

/** A budget check over the usage in a store, for tests; without a number every key has tokens to spare. */
export const memoryBudget = (store: EventStore, perDay = Number.MAX_SAFE_INTEGER): BudgetCheck =>
  budgetCheck(dayUsage({ get: async () => undefined }, store), { perDay, keys: new Map() });
