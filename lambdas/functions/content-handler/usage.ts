import type { UsageDay } from '@nova/shared/api/usage';
import { usageSources } from '@nova/shared/vocabulary';
import { totalTokens, type UsageRow } from '../../domain/projections/usage.ts';
import type { RouteHandlers } from '../../http/api.ts';
import type { ReadModel } from '../../read-model/rows.ts';
import { budgetOf, type TokenBudgets, usageDay } from '../../usage/budget.ts';
import type { DayUsage } from '../../usage/day-usage.ts';

const dayMs = 24 * 3600 * 1000;

/** Tokens and cost per day, and the remaining budget. The usage of today is the enforced one, which is ahead of its row. */
export function usage(
  rows: Pick<ReadModel, 'between'>,
  usedOn: DayUsage,
  budgets: TokenBudgets,
): RouteHandlers<'getUsage'> {
  return {
    async getUsage({ tenant, query }) {
      const now = new Date();
      const today = usageDay(now);
      const from = usageDay(new Date(now.getTime() - (query.days - 1) * dayMs));
      const [current, days] = await Promise.all([
        usedOn(tenant, today),
        rows.between<UsageRow>({ tenant, collection: 'usage' }, from, today),
      ]);
      const before = days.filter(({ day }) => day !== today);
      return {
        days: [...(current ? [current] : []), ...before].map(toDay),
        budget: budgetOf(budgets, tenant, totalTokens(current), now),
      };
    },
  };
}

function toDay({ day, sources }: UsageRow): UsageDay {
  const used = usageSources.flatMap((source) => {
    const entry = sources[source];
    return entry ? [{ source, ...tokensAndCost([entry]) }] : [];
  });
  return { day, ...tokensAndCost(Object.values(sources)), sources: used };
}

function tokensAndCost(entries: readonly { inputTokens: number; outputTokens: number; costUsd: number }[]) {
  const sum = (pick: (entry: (typeof entries)[number]) => number) =>
    entries.reduce((total, entry) => total + pick(entry), 0);
  return {
    inputTokens: sum((entry) => entry.inputTokens),
    outputTokens: sum((entry) => entry.outputTokens),
    estimatedCostUsd: Number(sum((entry) => entry.costUsd).toFixed(6)),
  };
}
