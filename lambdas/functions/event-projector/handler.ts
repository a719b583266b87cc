import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { dynamodbEventStore } from '../../platform/events/dynamodb-store.ts';
import { readModelWriter } from '../../platform/read-model/rows.ts';
import { documentClient } from '../../platform/runtime/clients.ts';
import { environmentOf } from '../../platform/runtime/environment.ts';
import { instrument, tracer } from '../../platform/runtime/instrumentation.ts';
import { timeLimits } from '../../platform/runtime/time-limits.ts';
import { projector } from './projector.ts';
import { publisher } from './publish.ts';

const environment = environmentOf('event-projector');
const dynamodb = documentClient();
const bus = tracer.captureAWSv3Client(new EventBridgeClient({ requestHandler: timeLimits(5000) }));

export const handler = instrument(
  projector({
    rows: readModelWriter(dynamodb, environment.READ_MODEL_TABLE),
    store: dynamodbEventStore(dynamodb, environment.EVENT_STORE_TABLE),
    publish: publisher(bus, environment.EVENT_BUS),
  }),
);
