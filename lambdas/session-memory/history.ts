import { limits } from '@nova/shared/limits';
import * as z from 'zod';

/**
 * One turn as the model will read it again: the message and the reply. Tool output is not kept: it is untrusted, it is the
 * bulk of a turn, and the agent can look it up again.
 */
export const RememberedTurn = z.object({ message: z.string(), reply: z.string() });
export type RememberedTurn = z.infer<typeof RememberedTurn>;

/** The agent's memory of a conversation. */
export interface History {
  /** Summary of the turns before those in `turns`; empty when there are none. */
  readonly summary: string;
  /** The newest turns, word for word, oldest first. */
  readonly turns: readonly RememberedTurn[];
}

export const noHistory: History = { summary: '', turns: [] };

/** Number of oldest turns to summarise now: a fixed number once there are many turns, half of them once they are large. */
export function dueForSummary(turns: readonly RememberedTurn[]): number {
  if (turns.length >= limits.sessionTurns) return limits.sessionTurnsSummarised;
  return jsonBytes(turns) > limits.sessionTurnsBytes ? Math.floor(turns.length / 2) : 0;
}

/** A history in which a summary replaces the oldest turns. */
export const withSummary = ({ turns }: History, summary: string, count: number): History => ({
  summary: summary.slice(0, limits.sessionSummaryChars).toWellFormed(),
  turns: turns.slice(count),
});

/** The newest turns that fit. Oldest turns that could not be summarised in time are dropped. */
export function fitTurns(turns: readonly RememberedTurn[]): readonly RememberedTurn[] {
  const kept = turns.slice(-limits.sessionTurnsMax);
  while (kept.length > 0 && jsonBytes(kept) > limits.sessionMemoryBytes) kept.shift();
  return kept;
}

const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
