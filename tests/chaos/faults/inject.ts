import { setTimeout as delay } from 'node:timers/promises';
import type { Platform } from '../../../local/platform/platform.ts';
import type { Dice } from '../dice.ts';

/** What is done to the platform while others work on it, each until told to end. */

/** Shares of DynamoDB requests that fail in fair weather, and in foul. */
const fair = { throttle: 0.01, error: 0.01, timeout: 0.005, conflict: 0.01, lost: 0.02 } as const;
const foul = { throttle: 0.08, error: 0.08, timeout: 0.03, conflict: 0.05, lost: 0.08 } as const;

/** Lets DynamoDB fail: now and then, and for moments most of the time. */
export async function weather({ dynamodb }: Platform, dice: Dice, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const seed = dice.from(1, 1e9);
    const isFoul = dice.chance(0.25);
    dynamodb.faults.set({ ...(isFoul ? foul : fair), seed });
    await pause(isFoul ? dice.from(100, 500) : dice.from(500, 1500), signal);
  }
  dynamodb.faults.set({});
}

/**
 * Ends sandboxes with kill -9: mostly the projector's, and those at work first.
 * @returns how many
 */
export async function kills(platform: Platform, dice: Dice, signal: AbortSignal): Promise<number> {
  let killed = 0;
  while (!signal.aborted) {
    await pause(dice.from(200, 1200), signal);
    const bundle = dice.chance(0.7) ? 'event-projector' : undefined;
    if (!signal.aborted && platform.kill(bundle) !== undefined) killed += 1;
  }
  return killed;
}

/** Waits, but not after the signal. */
export const pause = (ms: number, signal: AbortSignal) =>
  delay(ms, undefined, { signal }).catch(() => undefined);
