import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Aggregate } from '@nova/shared/events/index';
import { firstGeneration, loadState, type ReadModelState } from './generations.ts';

/** Milliseconds for which a reader may cache the generations. A replay waits longer before it drops one. */
export const generationsAgeMs = 5000;

/**
 * The generation of a collection's rows to read, cached.
 * @param now milliseconds of a clock that continues while the process is frozen
 */
export function currentGeneration(
  client: DynamoDBDocumentClient,
  table: string,
  now: () => number = Date.now,
): (collection: Aggregate) => Promise<number> {
  let seen: { readonly at: number; readonly state: Promise<Partial<ReadModelState>> } | undefined;
  const look = () => {
    const state = loadState(client, table);
    const looked = { at: now(), state };
    seen = looked;
    // After a failure the next call reads again.
    state.catch(() => {
      if (seen === looked) seen = undefined;
    });
    return state;
  };
  return async (collection) => {
    const age = seen ? now() - seen.at : generationsAgeMs;
    const fresh = seen && age >= 0 && age < generationsAgeMs;
    const state = await (fresh && seen ? seen.state : look());
    return state[collection]?.read.generation ?? firstGeneration;
  };
}
