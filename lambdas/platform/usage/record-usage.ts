import type { DomainEvent, EventMetadata } from '@nova/shared/events/index';
import { record } from '../events/execute.ts';
import type { EventStore } from '../events/store.ts';
import { usageDay } from './budget.ts';

/** Puts tokens used on the tenant's account of the day. Nothing is written for nothing used. */
export async function recordUsage(
  store: EventStore,
  tenant: string,
  data: DomainEvent<'TokensUsed'>['data'],
  metadata: EventMetadata,
  at = new Date(),
): Promise<void> {
  if (data.inputTokens + data.outputTokens === 0) return;
  const stream = { tenant, aggregate: 'usage', id: usageDay(at) } as const;
  await record(store, stream, metadata, [{ type: 'TokensUsed', data }]);
}
