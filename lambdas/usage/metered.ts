import type { TokenUsage } from '@nova/shared/api/common';
import type { DomainEvent, EventMetadata } from '@nova/shared/events/index';
import type { EventStore } from '../event-store/store.ts';
import { recordUsage } from './record-usage.ts';

type Used = DomainEvent<'TokensUsed'>['data'];

/** Whose tokens a piece of work uses, and for what. */
export interface Account {
  readonly tenant: string;
  readonly source: Used['source'];
  readonly reference: string;
  readonly metadata: EventMetadata;
}

/** Adds up what a piece of work uses. */
export class TokenCount {
  #used = { inputTokens: 0, outputTokens: 0, model: '' };

  /** @param model what made the answer; empty where nothing was asked */
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

/** Does a piece of work and charges the tokens it used, once, however it ends. */
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
