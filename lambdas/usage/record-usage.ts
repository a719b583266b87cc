import type { TokenUsage } from '@nova/shared/api/common';
import { type DomainEvent, type EventMetadata, usageStream } from '@nova/shared/events/index';
import { record } from '../commands/execute.ts';
import type { EventStore } from '../event-store/store.ts';
import { logger } from '../runtime/instrumentation.ts';
import { usageDay } from './budget.ts';

type Used = DomainEvent<'TokensUsed'>['data'];

/**
 * Charges tokens to the tenant's account of the day; nothing is written for no tokens. It never throws: the work is done by
 * then, and its outcome stands. Tokens that could not be charged are in the log.
 */
export async function recordUsage(
  store: EventStore,
  tenant: string,
  data: Used,
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

/** The account that a piece of work is charged to, and its purpose. */
export interface Account {
  readonly tenant: string;
  readonly source: Used['source'];
  readonly reference: string;
  readonly metadata: EventMetadata;
}

/** The tokens of a piece of work. */
export class TokenCount {
  #used = { inputTokens: 0, outputTokens: 0, model: '' };

  /** @param model the maker of the answer; empty without a call */
  readonly add = ({ inputTokens, outputTokens, model }: TokenUsage & { readonly model: string }): void => {
    this.#used = {
      inputTokens: this.#used.inputTokens + inputTokens,
      outputTokens: this.#used.outputTokens + outputTokens,
      model: model || this.#used.model,
    };
  };

  get used(): TokenUsage & { readonly model: string } {
    return this.#used;
  }
}

/** Does a piece of work and charges its tokens once, also when it fails. */
export async function metered<T>(
  store: EventStore,
  { tenant, source, reference, metadata }: Account,
  work: (tokens: TokenCount) => Promise<T>,
): Promise<T> {
  const tokens = new TokenCount();
  try {
    return await work(tokens);
  } finally {
    await recordUsage(store, tenant, { ...tokens.used, source, reference }, metadata);
  }
}
