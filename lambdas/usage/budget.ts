import type { Usage } from '@nova/shared/api/usage';
import type { Environment } from '@nova/shared/environment';
import { DomainError } from '../domain/errors.ts';

/** Tokens that an API key may use in a UTC day, and the exceptions of single keys by their ids. */
export type TokenBudgets = Environment<'TOKEN_BUDGETS'>['TOKEN_BUDGETS'];

const dayMs = 24 * 3600 * 1000;

/** The UTC day of a moment, `2026-11-23`: the id of that day's usage stream. */
export const usageDay = (at: Date) => at.toISOString().slice(0, 10);

/**
 * The rest of a key's budget of the day. Budgets reset at midnight UTC.
 * @param used input and output tokens together
 */
export function budgetOf(
  { perDay, keys }: TokenBudgets,
  tenant: string,
  used: number,
  now: Date,
): Usage['budget'] {
  const tokensPerDay = keys.get(tenant) ?? perDay;
  const resetsAt = new Date(Math.floor(now.getTime() / dayMs + 1) * dayMs).toISOString();
  return { tokensPerDay, used, left: Math.max(0, tokensPerDay - used), resetsAt };
}

/**
 * Programs wait for as long as `Retry-After` says, so a refusal that lasts for hours has none.
 * @throws DomainError `budget-exhausted` with the time of the reset, when nothing is left
 */
export function refuseExhausted({ tokensPerDay, used, left, resetsAt }: Usage['budget']): void {
  if (left > 0) return;
  const detail = `${used} of ${tokensPerDay} tokens of the day are used; the budget resets at ${resetsAt}.`;
  throw new DomainError('budget-exhausted', detail, { resetsAt });
}
