import type { DomainEvent } from '@nova/shared/events/index';
import { usageSources } from '@nova/shared/vocabulary';
import { record } from '../../../../lambdas/commands/execute.ts';
import type { Dice } from '../../dice.ts';
import type { History } from './history.ts';

/** Accounts of a day that many write to at once. */
export const usageHistory: History = {
  async write({ store, dice, metadata }, stream) {
    const events = Array.from({ length: dice.from(1, 4) }, () => tokensUsed(dice));
    await record(store, stream, metadata, events);
    return true;
  },
  remark: tokensUsed,
};

function tokensUsed(dice: Dice): DomainEvent<'TokensUsed'> {
  const inputTokens = dice.from(1, 1000);
  const source = dice.pick(usageSources);
  return {
    type: 'TokensUsed',
    data: { source, model: 'm', inputTokens, outputTokens: dice.from(0, 1000), reference: 'chaos' },
  };
}
