import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { dynamodbEventStore } from '../../platform/events/dynamodb-store.ts';
import { readModelWriter } from '../../platform/read-model/rows.ts';
import { documentClient } from '../../platform/runtime/clients.ts';
import { environmentOf } from '../../platform/runtime/environment.ts';
import { instrument, logger, tracer } from '../../platform/runtime/instrumentation.ts';
import { timeLimits } from '../../platform/runtime/time-limits.ts';
import { eventsOf, isCommit, oncePerStream, streamOf } from './batch.ts';
import { projectStream } from './project-stream.ts';
import { publish } from './publish.ts';

const environment = environmentOf('event-projector');
const dynamodb = documentClient();
const rows = readModelWriter(dynamodb, environment.READ_MODEL_TABLE);
const store = dynamodbEventStore(dynamodb, environment.EVENT_STORE_TABLE);
const bus = tracer.captureAWSv3Client(new EventBridgeClient({ requestHandler: timeLimits(5000) }));

/** Stream records in, rows and published events out. What fails is reported by record, for Lambda to try again. */
export const handler = instrument<DynamoDBStreamEvent, DynamoDBBatchResponse>(async (event, context) => {
  const commits = event.Records.filter(isCommit);
  const outcomes = oncePerStream(commits, streamOf, (records) => handleStream(records, context));
  const processor = new BatchProcessor(EventType.DynamoDBStreams, { logger });
  return processPartialResponse(event, (record: DynamoDBRecord) => outcomes.get(record), processor, {
    context,
    throwOnFullBatchFailure: false,
  });
});

/** Rows first: who hears of an event on the bus finds it in the read model. */
async function handleStream(records: readonly DynamoDBRecord[], context: Context): Promise<void> {
  const events = records.flatMap(eventsOf);
  const first = events[0];
  if (!first) return;
  await projectStream(rows, store, first.stream, events, context);
  await publish(bus, environment.EVENT_BUS, events);
}
