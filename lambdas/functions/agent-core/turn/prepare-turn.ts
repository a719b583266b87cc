import { currentState } from '../../../commands/execute.ts';
import { content, existing } from '../../../domain/content.ts';
import { totalTokens } from '../../../domain/projections/usage.ts';
import type { EventStore } from '../../../event-store/store.ts';
import { budgetOf, refuseExhausted, usageDay } from '../../../usage/budget.ts';
import type { PointedTo } from '../model/prompts.ts';
import { type OpenSession, openSession } from '../session/open-session.ts';
import type { ChatParts, ChatRequest } from './dependencies.ts';

/** A turn that may go ahead. */
export interface Turn {
  readonly session: OpenSession;
  /** Content the user points to, by its id and as it is. */
  readonly contentIds: readonly string[];
  readonly pointedTo: readonly PointedTo[];
  /** Tokens left of the day's budget. */
  readonly tokensLeft: number;
  readonly message: string;
}

/**
 * Everything that may refuse a turn before the model is called.
 * @throws DomainError `not-found` naming the session or the content, `budget-exhausted`
 */
export async function prepareTurn(parts: ChatParts, { tenant, body, newId }: ChatRequest): Promise<Turn> {
  const { store, memory } = parts;
  const now = new Date();
  const contentIds = [...new Set(body.contentIds)];
  const [session, pointedTo, tokensLeft] = await Promise.all([
    openSession(store, memory, { tenant, id: body.sessionId, newId }, now),
    contentOf(store, tenant, contentIds),
    budgetLeft(parts, tenant, now),
  ]);
  return { session, contentIds, pointedTo, tokensLeft, message: body.message };
}

function contentOf(store: EventStore, tenant: string, ids: readonly string[]): Promise<PointedTo[]> {
  const look = async (contentId: string) => {
    const state = await currentState(store, content, { tenant, aggregate: 'content', id: contentId });
    return { contentId, kind: existing(state, contentId).kind };
  };
  return Promise.all(ids.map(look));
}

async function budgetLeft({ usedOn, budgets }: ChatParts, tenant: string, now: Date): Promise<number> {
  const budget = budgetOf(budgets, tenant, totalTokens(await usedOn(tenant, usageDay(now))), now);
  refuseExhausted(budget, now);
  return budget.left;
}
