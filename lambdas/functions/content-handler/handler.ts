import { openApiDocument } from '@nova/shared/openapi';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { contentObjects, s3Client } from '../../content/objects.ts';
import { openEventStore } from '../../event-store/dynamodb-store.ts';
import { apiHandler } from '../../http/api.ts';
import { dynamodbIdempotency } from '../../http/idempotency/idempotency.ts';
import { openJobQueue } from '../../jobs/queue/job-queue.ts';
import { readModel } from '../../read-model/rows.ts';
import { documentClient } from '../../runtime/clients.ts';
import { environmentOf } from '../../runtime/environment.ts';
import { instrument } from '../../runtime/instrumentation.ts';
import { budgetCheck } from '../../usage/budget-check.ts';
import { dayUsage } from '../../usage/day-usage.ts';
import { catalogue } from './catalogue.ts';
import { jobs } from './jobs.ts';
import { processingOf } from './processing.ts';
import { sessions } from './sessions.ts';
import { s3UploadAddresses } from './upload-addresses.ts';
import { uploads } from './uploads.ts';
import { usage } from './usage.ts';

const environment = environmentOf('content-handler');
const dynamodb = documentClient();
const s3 = s3Client();
const store = openEventStore(dynamodb, environment);
const rows = readModel(dynamodb, environment.READ_MODEL_TABLE);
const objects = contentObjects(s3, environment.CONTENT_BUCKET);
const queue = openJobQueue(dynamodb, store, environment);
const usedOn = dayUsage(rows, store);

/** The catalogue, jobs, sessions and usage over HTTP. */
export const handler = instrument<APIGatewayProxyEvent, APIGatewayProxyResult>(
  apiHandler(
    {
      ...uploads(store, s3UploadAddresses(s3, environment.CONTENT_BUCKET), queue),
      ...catalogue(store, rows, objects, s3, processingOf(rows, environment.REACTIONS)),
      ...jobs({ store, checkBudget: budgetCheck(usedOn, environment.TOKEN_BUDGETS), queue }, rows),
      ...sessions(store, rows),
      ...usage(rows, usedOn, environment.TOKEN_BUDGETS),
      getOpenApi: async () => openApiDocument(),
    },
    dynamodbIdempotency(dynamodb, environment.REQUESTS_TABLE),
    environment.PAGE_ORIGIN,
  ),
);
