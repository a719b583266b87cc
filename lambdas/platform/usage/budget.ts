import type { Usage } from '@nova/shared/api/usage';

const dayMs = 24 * 3600 * 1000;

/** The UTC day of a moment, `2026-11-23`: the id of that day's usage stream. */
export const usageDay = (at: Date) => at.toISOString().slice(0, 10);

/**
 * What is left of a day's budget. It starts anew at midnight UTC.
 * @param tokensPerDay input and output tokens together
 */
export function budgetOf(tokensPerDay: number, used: number, now: Date): Usage['budget'] {
  const resetsAt = new Date(Math.floor(now.getTime() / dayMs + 1) * dayMs).toISOString();
  return { tokensPerDay, used, left: Math.max(0, tokensPerDay - used), resetsAt };
}
