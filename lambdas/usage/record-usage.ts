import { type DomainEvent, type EventMetadata, usageStream } from '@nova/shared/events/index';
import { record } from '../commands/execute.ts';
import type { EventStore } from '../event-store/store.ts';
import { logger } from '../runtime/instrumentation.ts';
import { usageDay } from './budget.ts';

/**
 * Puts tokens used on the tenant's account of the day. Nothing is written for nothing used. Never throws: the work is
 * done by then, and its outcome stands whatever comes of the accounting. What could not be charged is in the log.
 */
export async function recordUsage(
  store: EventStore,
  tenant: string,
  data: DomainEvent<'TokensUsed'>['data'],
  metadata: EventMetadata,
  at = new Date(),
): Promise<void> {
  if (data.inputTokens + data.outputTokens === 0) return;
  const stream = usageStream(tenant, usageDay(at));
  try {
    await record(store, stream, metadata, [{ type: 'TokensUsed', data }]);
  } catch (error) {
    logger.error('Tokens were used and not charged', { error: error as Error, stream, notCharged: data });
  }
}
