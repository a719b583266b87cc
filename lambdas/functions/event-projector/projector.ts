import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { EventStore } from '../../platform/events/store.ts';
import type { ReadModelWriter } from '../../platform/read-model/rows.ts';
import { logger } from '../../platform/runtime/instrumentation.ts';
import { eventsOf, isCommit, oncePerStream, streamOf } from './batch.ts';
import { projectStream } from './project-stream.ts';
import type { Publish } from './publish.ts';

export interface ProjectorParts {
  readonly rows: ReadModelWriter;
  readonly store: EventStore;
  readonly publish: Publish;
}

/** Stream records in, rows and published events out. What fails is reported by record, for Lambda to try again. */
export function projector(parts: ProjectorParts) {
  return async (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
    const commits = event.Records.filter(isCommit);
    const outcomes = oncePerStream(commits, streamOf, (records, stream) =>
      reported(stream, () => handleStream(parts, records, context)),
    );
    const processor = new BatchProcessor(EventType.DynamoDBStreams, { logger });
    return processPartialResponse(event, (record: DynamoDBRecord) => outcomes.get(record), processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  };
}

/** Lambda is told which records failed, not why: that is logged. */
async function reported(stream: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger.error('A stream could not be projected or published', { stream, error: error as Error });
    throw error;
  }
}

/** Rows first: who hears of an event on the bus finds it in the read model. */
async function handleStream(
  { rows, store, publish }: ProjectorParts,
  records: readonly DynamoDBRecord[],
  context: Context,
): Promise<void> {
  const events = records.flatMap(eventsOf);
  const first = events[0];
  if (!first) return;
  await projectStream(rows, store, first.stream, events, context);
  await publish(events);
}
