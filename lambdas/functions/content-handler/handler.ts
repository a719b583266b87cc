import { openApiDocument } from '@nova/shared/openapi';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { contentObjects, s3Client } from '../../platform/content/objects.ts';
import { dynamodbSealing } from '../../platform/events/dynamodb-sealing.ts';
import { dynamodbEventStore } from '../../platform/events/dynamodb-store.ts';
import { apiHandler } from '../../platform/http/api.ts';
import { dynamodbRepeats } from '../../platform/http/repeats/repeats.ts';
import { readModel } from '../../platform/read-model/rows.ts';
import { documentClient } from '../../platform/runtime/clients.ts';
import { environmentOf } from '../../platform/runtime/environment.ts';
import { instrument } from '../../platform/runtime/instrumentation.ts';
import { dayUsage } from '../../platform/usage/day-usage.ts';
import { catalogue } from './catalogue.ts';
import { jobs } from './jobs.ts';
import { sessions } from './sessions.ts';
import { s3UploadAddresses } from './upload-addresses.ts';
import { uploads } from './uploads.ts';
import { usage } from './usage.ts';

const environment = environmentOf('content-handler');
const dynamodb = documentClient();
const s3 = s3Client();
const store = dynamodbEventStore(
  dynamodb,
  environment.EVENT_STORE_TABLE,
  dynamodbSealing(dynamodb, environment.STREAM_KEYS_TABLE),
);
const rows = readModel(dynamodb, environment.READ_MODEL_TABLE);
const objects = contentObjects(s3, environment.CONTENT_BUCKET);

/** The catalogue, jobs, sessions and usage over HTTP. */
export const handler = instrument<APIGatewayProxyEvent, APIGatewayProxyResult>(
  apiHandler(
    {
      ...uploads(store, s3UploadAddresses(s3, environment.CONTENT_BUCKET)),
      ...catalogue(store, rows, objects, s3),
      ...jobs(store, rows),
      ...sessions(store, rows),
      ...usage(rows, dayUsage(rows, store), environment.TOKEN_BUDGETS),
      getOpenApi: async () => openApiDocument(),
    },
    dynamodbRepeats(dynamodb, environment.REQUESTS_TABLE),
  ),
);
