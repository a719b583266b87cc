import { contentStream } from '@nova/shared/events/index';
import { currentState } from '../../../commands/execute.ts';
import { content, existing } from '../../../domain/content.ts';
import type { EventStore } from '../../../event-store/store.ts';
import type { ReferencedContent } from '../model/prompts.ts';
import { type OpenSession, openSession } from '../session/open-session.ts';
import type { ChatDependencies, ChatRequest } from './dependencies.ts';

/** A turn that may go ahead. */
export interface Turn {
  readonly session: OpenSession;
  /** Content that the request names in `contentIds`. */
  readonly referenced: readonly ReferencedContent[];
  /** Tokens left of the day's budget. */
  readonly tokensLeft: number;
  readonly message: string;
}

/**
 * Makes every check that can refuse a turn before the model is called.
 * @throws DomainError `not-found` naming the session or the content, `budget-exhausted`
 */
export async function prepareTurn(
  { store, memory, checkBudget }: ChatDependencies,
  { tenant, body, newId }: ChatRequest,
): Promise<Turn> {
  const now = new Date();
  const [session, referenced, budget] = await Promise.all([
    openSession(store, memory, { tenant, id: body.sessionId, newId }, now),
    referencedContent(store, tenant, [...new Set(body.contentIds)]),
    checkBudget(tenant),
  ]);
  return { session, referenced, tokensLeft: budget.left, message: body.message };
}

function referencedContent(
  store: EventStore,
  tenant: string,
  ids: readonly string[],
): Promise<ReferencedContent[]> {
  const find = async (contentId: string) => {
    const state = await currentState(store, content, contentStream(tenant, contentId));
    return { contentId, kind: existing(state, contentId).kind };
  };
  return Promise.all(ids.map(find));
}
