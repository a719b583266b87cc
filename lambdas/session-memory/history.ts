import { limits } from '@nova/shared/limits';
import * as z from 'zod';

/**
 * One turn as the model will read it again: what was said. What tools returned in it is not kept: others wrote it, it is
 * the bulk of a turn, and the agent can look it up anew.
 */
export const RememberedTurn = z.object({ message: z.string(), reply: z.string() });
export type RememberedTurn = z.infer<typeof RememberedTurn>;

/** What the agent remembers of a conversation. */
export interface History {
  /** Of the turns before; empty where there are none. */
  readonly summary: string;
  /** The newest, word for word, oldest first. */
  readonly turns: readonly RememberedTurn[];
}

export const noHistory: History = { summary: '', turns: [] };

/** How many of the oldest turns are to become part of the summary: some once there are many, half once they are large. */
export function dueForSummary(turns: readonly RememberedTurn[]): number {
  if (turns.length >= limits.sessionTurns) return limits.sessionTurnsSummarised;
  return jsonBytes(turns) > limits.sessionTurnsBytes ? Math.floor(turns.length / 2) : 0;
}

/** A history after its oldest turns became part of the summary. */
export const summarised = ({ turns }: History, summary: string, count: number): History => ({
  summary: summary.slice(0, limits.sessionSummaryChars).toWellFormed(),
  turns: turns.slice(count),
});

/** The newest turns that fit: where the oldest could not be summarised in time, they are let go in the end. */
export function fitTurns(turns: readonly RememberedTurn[]): readonly RememberedTurn[] {
  const kept = turns.slice(-limits.sessionTurnsMax);
  while (kept.length > 0 && jsonBytes(kept) > limits.sessionMemoryBytes) kept.shift();
  return kept;
}

const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
