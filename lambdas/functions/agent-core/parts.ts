import type { ContentObjects } from '../../platform/content/objects.ts';
import type { EventStore } from '../../platform/events/store.ts';
import type { ApiRequest } from '../../platform/http/request.ts';
import type { SessionMemory } from '../../platform/memory/session-memory.ts';
import type { GuardrailChecks } from '../../platform/models/guardrail.ts';
import type { ReadModel } from '../../platform/read-model/rows.ts';
import type { TokenBudgets } from '../../platform/usage/budget.ts';
import type { DayUsage } from '../../platform/usage/day-usage.ts';
import type { SemanticSearch } from '../../platform/vectors/semantic-search.ts';
import type { ChatModel } from './model.ts';

/** What the agent works with. */
export interface ChatParts {
  readonly store: EventStore;
  readonly memory: SessionMemory;
  readonly rows: ReadModel;
  readonly objects: ContentObjects;
  readonly search: SemanticSearch;
  readonly checks: GuardrailChecks;
  readonly model: ChatModel;
  readonly usedOn: DayUsage;
  readonly budgets: TokenBudgets;
}

export type ChatRequest = Pick<ApiRequest<'chat'>, 'tenant' | 'body' | 'metadata' | 'newId' | 'retried'>;
