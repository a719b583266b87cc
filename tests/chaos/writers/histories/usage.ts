import type { DomainEvent } from '@nova/shared/events/index';
import { usageSources } from '@nova/shared/vocabulary';
import { record } from '../../../../lambdas/commands/execute.ts';
import type { SeededRandom } from '../../seeded-random.ts';
import type { History } from './history.ts';

/** The usage of a day, to which many writers append at the same time. */
export const usageHistory: History = {
  async write({ store, random, metadata }, stream) {
    const events = Array.from({ length: random.integer(1, 4) }, () => tokensUsed(random));
    await record(store, stream, metadata, events);
    return true;
  },
  note: tokensUsed,
};

function tokensUsed(random: SeededRandom): DomainEvent<'TokensUsed'> {
  const inputTokens = random.integer(1, 1000);
  const source = random.pick(usageSources);
  return {
    type: 'TokensUsed',
    data: { source, model: 'm', inputTokens, outputTokens: random.integer(0, 1000), reference: 'chaos' },
  };
}
