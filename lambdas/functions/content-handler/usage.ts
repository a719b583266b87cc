import type { UsageDay } from '@nova/shared/api/usage';
import { usageSources } from '@nova/shared/vocabulary';
import { totalTokens, type UsageRow } from '../../domain/projections/usage.ts';
import type { EventStore } from '../../platform/events/store.ts';
import type { RouteHandlers } from '../../platform/http/api.ts';
import { caughtUpRow } from '../../platform/read-model/caught-up.ts';
import type { ReadModel } from '../../platform/read-model/rows.ts';
import { budgetOf, usageDay } from '../../platform/usage/budget.ts';

const dayMs = 24 * 3600 * 1000;

/** Tokens and cost per day, and the budget left. */
export function usage(store: EventStore, rows: ReadModel, tokensPerDay: number): RouteHandlers<'getUsage'> {
  return {
    async getUsage({ tenant, query }) {
      const now = new Date();
      const today = usageDay(now);
      const from = usageDay(new Date(now.getTime() - (query.days - 1) * dayMs));
      const current = await caughtUpRow<UsageRow>(rows, store, { tenant, aggregate: 'usage', id: today });
      const days = await rows.between<UsageRow>({ tenant, collection: 'usage' }, from, today);
      return {
        days: days.map(toDay),
        budget: budgetOf(tokensPerDay, totalTokens(current?.row), now),
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
