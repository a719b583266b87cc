import { setTimeout as delay } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { Platform } from '../../../local/platform/platform.ts';
import type { SeededRandom } from '../seeded-random.ts';

/** Errors that the SDK throws for an injected fault once its retries are used up. */
const names = new Set([
  'ProvisionedThroughputExceededException',
  'TransactionConflictException',
  'InternalServerError',
  'TimeoutError',
  'ECONNRESET',
]);

/** Whether an error is a temporary fault of DynamoDB, after which the outcome of the request is unknown. */
export function isFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof TransactionCanceledException) {
    return (error.CancellationReasons ?? []).some(
      ({ Code = '' }) => Code === 'ThrottlingError' || Code === 'TransactionConflict',
    );
  }
  const { code } = error as NodeJS.ErrnoException;
  return (
    names.has(error.name) || (code !== undefined && names.has(code)) || error.message === 'socket hang up'
  );
}

/** Faults of the platform while writers use it, each until its signal aborts. */

/** Shares of DynamoDB requests that fail in quiet and in busy periods. */
const few = { throttle: 0.01, error: 0.01, timeout: 0.005, conflict: 0.01, lost: 0.02 } as const;
const many = { throttle: 0.08, error: 0.08, timeout: 0.03, conflict: 0.05, lost: 0.08 } as const;

/** Makes DynamoDB requests fail: few most of the time, many for short periods. */
export async function failDynamodb(
  { dynamodb }: Platform,
  random: SeededRandom,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const seed = random.integer(1, 1e9);
    const areMany = random.chance(0.25);
    dynamodb.faults.set({ ...(areMany ? many : few), seed });
    await pause(areMany ? random.integer(100, 500) : random.integer(500, 1500), signal);
  }
  dynamodb.faults.set({});
}

/**
 * Kills sandboxes with kill -9: mostly the projector's, busy ones first.
 * @returns the number of killed ones
 */
export async function killSandboxes(
  platform: Platform,
  random: SeededRandom,
  signal: AbortSignal,
): Promise<number> {
  let killed = 0;
  while (!signal.aborted) {
    await pause(random.integer(200, 1200), signal);
    const bundle = random.chance(0.7) ? 'event-projector' : undefined;
    if (!signal.aborted && platform.kill(bundle) !== undefined) killed += 1;
  }
  return killed;
}

/** Waits for the given time, or until the signal aborts. */
export const pause = (ms: number, signal: AbortSignal) =>
  delay(ms, undefined, { signal }).catch(() => undefined);
