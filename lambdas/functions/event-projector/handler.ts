import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { s3Client } from '../../content/objects.ts';
import { projections } from '../../domain/projections/index.ts';
import { commitLog } from '../../event-store/commit-log.ts';
import { dynamodbEncryption } from '../../event-store/encryption/encryption.ts';
import { stateStore } from '../../read-model/generations.ts';
import { rowTable } from '../../read-model/row-table.ts';
import { rowWriter } from '../../read-model/writer.ts';
import { documentClient, timeLimits } from '../../runtime/clients.ts';
import { environmentOf } from '../../runtime/environment.ts';
import { instrument, tracer } from '../../runtime/instrumentation.ts';
import { operator } from './operator/operator.ts';
import { history } from './project/history.ts';
import { projector } from './project/projector.ts';
import { publisher } from './project/publish.ts';
import { s3Quarantine } from './project/quarantine.ts';

const environment = environmentOf('event-projector');
const dynamodb = documentClient();
const bus = tracer.captureAWSv3Client(new EventBridgeClient({ requestHandler: timeLimits(5000) }));
const log = commitLog(dynamodb, environment.EVENT_STORE_TABLE);
const dependencies = {
  projections,
  states: stateStore(dynamodb, environment.READ_MODEL_TABLE, projections),
  rows: (generation: number) => rowWriter(dynamodb, environment.READ_MODEL_TABLE, generation),
  history: history(log, dynamodbEncryption(dynamodb, environment.STREAM_KEYS_TABLE)),
  publish: publisher(bus, environment.EVENT_BUS),
  quarantine: s3Quarantine(s3Client(), environment.FAILURE_BUCKET),
};
const project = projector(dependencies);
const operate = operator({
  ...dependencies,
  log,
  table: rowTable(dynamodb, environment.READ_MODEL_TABLE),
  clock: { now: Date.now, pause: setTimeout },
});

const isStreamEvent = (event: unknown): event is DynamoDBStreamEvent =>
  Array.isArray((event as Partial<DynamoDBStreamEvent> | null)?.Records);

/** Stream records, or an operator's request. */
export const handler = instrument(
  (event: unknown, context: Context): Promise<unknown> =>
    isStreamEvent(event) ? project(event, context) : operate(event, context),
);
