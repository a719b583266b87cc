import { tokenCostUsd } from '@nova/shared/models';
import type { UsageSource } from '@nova/shared/vocabulary';
import type { Projection } from './projection.ts';

export interface SourceUsageRow {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars at list price. */
  readonly costUsd: number;
}

export interface UsageRow {
  /** UTC day, `2026-11-23`. */
  readonly day: string;
  readonly sources: Readonly<Partial<Record<UsageSource, SourceUsageRow>>>;
}

const nothing: SourceUsageRow = { inputTokens: 0, outputTokens: 0, costUsd: 0 };

/** Usage of one API key: one row for each UTC day. */
export const usageProjection: Projection<UsageRow> = {
  collection: 'usage',
  version: 1,
  evolve(row = { day: '', sources: {} }, event) {
    if (event.type !== 'TokensUsed') return row;
    const { source, model, inputTokens, outputTokens } = event.data;
    const before = row.sources[source] ?? nothing;
    const after = {
      inputTokens: before.inputTokens + inputTokens,
      outputTokens: before.outputTokens + outputTokens,
      costUsd: before.costUsd + tokenCostUsd(model, { inputTokens, outputTokens }),
    };
    return { day: event.stream.id, sources: { ...row.sources, [source]: after } };
  },
};

/** Tokens of a day, all sources and both directions together. */
export function totalTokens(row: UsageRow | undefined): number {
  return Object.values(row?.sources ?? {}).reduce((sum, s) => sum + s.inputTokens + s.outputTokens, 0);
}
