import type { JSONValue } from '@aws-lambda-powertools/commons/types';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import type { StreamEvent } from '@nova/shared/events/index';
import { streamKey } from '@nova/shared/tables';
import type { Context } from 'aws-lambda';
import pMap from 'p-map';
import { foldRows, noRows, type StreamRows } from '../../../domain/projections/fold.ts';
import { headKey, type Projection, type RowPartition } from '../../../domain/projections/projection.ts';
import type { RowWriter } from '../../../read-model/writer.ts';
import type { Fault, History } from './history.ts';
import { RowPersistence } from './row-persistence.ts';

/** Detail rows put in parallel. Our own. */
const detailsAtOnce = 25;

/** The rows of one generation, and their projection. */
export interface RowTarget {
  readonly rows: RowWriter;
  readonly projection: Projection;
}

/**
 * Brings the rows of one stream up to the last of some of its events: each row is written at most once, and not at all
 * when it has absorbed them before.
 * @param events of one stream, in order; whole commits, as records of the store's stream are; at least one
 * @throws HistoryBrokenError when events before them are missing and cannot be read; ProjectionError
 */
export async function projectStream(
  { rows, projection }: RowTarget,
  history: History,
  events: readonly [StreamEvent, ...StreamEvent[]],
  context: Context,
): Promise<void> {
  const { stream } = events[0];
  const version = (events.at(-1) ?? events[0]).version;
  const persistenceStore = new RowPersistence(rows, headKey(stream), version);
  const config = new IdempotencyConfig({ throwOnNoIdempotencyKey: true });
  config.registerLambdaContext(context);
  let made = noRows;

  const project = makeIdempotent(
    async (_id: string) => {
      const before = persistenceStore.before;
      const news = await withoutGap(history, streamKey(stream), before?.version ?? 0, events);
      made = foldRows(projection, news, { ...noRows, head: before?.row });
      await putDetails(rows, made);
      return made.head as JSONValue;
    },
    { persistenceStore, config, dataIndexArgument: 0 },
  );
  await project(`${streamKey(stream)}@${version}`);

  const gone = erasedBy(projection, events).concat(made.erased);
  const behind = persistenceStore.overtaken || (persistenceStore.before?.version ?? 0) > version;
  if (behind && (made.details.length > 0 || events.some((event) => projection.details?.(event).length))) {
    gone.push(...erasedBy(projection, (await history.since(streamKey(stream), version)).events));
  }
  await eraseAll(rows, gone);
}

const erasedBy = (projection: Projection, events: readonly StreamEvent[]): RowPartition[] =>
  events.flatMap((event) => projection.erases?.(event) ?? []);

/** Runs before the head row marks the events as absorbed: after a crash in between the next attempt repeats it. */
async function putDetails(rows: RowWriter, { details, erased }: StreamRows): Promise<void> {
  await eraseAll(rows, erased);
  await pMap(details, ({ key, row }) => rows.putDetail(key, row), { concurrency: detailsAtOnce });
}

/**
 * Runs again after the head row is written, and whenever a deletion is delivered: another projector may have put details of
 * earlier events meanwhile. A projector that finds itself behind checks whether its details were erased.
 */
async function eraseAll(rows: RowWriter, partitions: readonly RowPartition[]): Promise<void> {
  for (const partition of partitions) await rows.eraseDetails(partition);
}

/**
 * The events after a version, each once and none missing. Events that the delivery lacks (their record was quarantined, or
 * came out of order) are read from the store.
 */
async function withoutGap(
  history: History,
  stream: string,
  absorbed: number,
  events: readonly StreamEvent[],
): Promise<readonly StreamEvent[]> {
  const news = events.filter((event) => event.version > absorbed);
  const contiguous = news.every((event, index) => event.version === absorbed + index + 1);
  if (contiguous) return news;
  const last = news.at(-1)?.version ?? absorbed;
  const since = await history.since(stream, absorbed);
  const healed = since.events.filter((event) => event.version <= last);
  if (healed.at(-1)?.version === last) return healed;
  throw new HistoryBrokenError(
    stream,
    since.fault ?? { version: last, reason: `The store has no event ${last}` },
  );
}

/** Earlier events are missing, and this build cannot read them from the store. */
export class HistoryBrokenError extends Error {
  override readonly name = 'HistoryBrokenError';
  /** Of the first event that is missing. */
  readonly version: number;

  constructor(stream: string, { version, reason }: Fault) {
    super(`waits for ${stream}@${version}: ${reason}`);
    this.version = version;
  }
}
