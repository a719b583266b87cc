import type { JSONValue } from '@aws-lambda-powertools/commons/types';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import type { StreamEvent, StreamId } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import type { Context } from 'aws-lambda';
import { projectionOf } from '../../domain/projections/index.ts';
import { headKey } from '../../domain/projections/projection.ts';
import type { EventStore } from '../../platform/events/store.ts';
import type { ReadModelWriter, VersionedRow } from '../../platform/read-model/rows.ts';
import { RowPersistence } from './row-persistence.ts';

/**
 * Brings the rows of one stream up to the last of some of its events: each row is written at most once, and not at all
 * when it has absorbed them before.
 * @param events of one stream, in order; whole commits, as records of the store's stream are
 */
export async function projectStream(
  rows: ReadModelWriter,
  store: EventStore,
  stream: StreamId,
  events: readonly StreamEvent[],
  context: Context,
): Promise<void> {
  const version = events.at(-1)?.version ?? 0;
  const persistenceStore = new RowPersistence(rows, headKey(stream), version);
  const config = new IdempotencyConfig({ throwOnNoIdempotencyKey: true });
  config.registerLambdaContext(context);

  const project = makeIdempotent(
    async (_id: string) => absorb(rows, store, stream, events, persistenceStore.before),
    { persistenceStore, config, dataIndexArgument: 0 },
  );
  await project(`${streamKey(stream)}@${version}`);
}

/** @returns the head row after the events */
async function absorb(
  rows: ReadModelWriter,
  store: EventStore,
  stream: StreamId,
  events: readonly StreamEvent[],
  before: VersionedRow | undefined,
): Promise<JSONValue> {
  const projection = projectionOf(stream.aggregate);
  const absorbed = before?.version ?? 0;
  const news = await withoutGap(store, stream, absorbed, events);
  const details = news.flatMap((event) => projection.details?.(event) ?? []);
  await Promise.all(details.map(({ key, row }) => rows.putDetail(key, row)));
  const erased = news.flatMap((event) => projection.erases?.(event) ?? []);
  await Promise.all(erased.map((partition) => rows.eraseDetails(partition)));
  const head = news.reduce<object | undefined>((row, event) => projection.evolve(row, event), before?.row);
  return head as JSONValue;
}

/**
 * The events after a version, each once and none missing. What a delivery lacks (its record was parked, or came out of
 * order) is read from the store.
 */
async function withoutGap(
  store: EventStore,
  stream: StreamId,
  absorbed: number,
  events: readonly StreamEvent[],
): Promise<readonly StreamEvent[]> {
  const news = events.filter((event) => event.version > absorbed);
  const contiguous = news.every((event, index) => event.version === absorbed + index + 1);
  if (contiguous) return news;
  const last = news.at(-1)?.version ?? absorbed;
  const since = await store.load(stream, absorbed);
  return since.events.filter((event) => event.version <= last);
}
