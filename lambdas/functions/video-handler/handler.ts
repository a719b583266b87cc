import type { APIGatewayProxyResult } from 'aws-lambda';
import { isDomainEvent } from '../../commands/publish.ts';
import { contentObjects, s3Client } from '../../content/objects.ts';
import { openEventStore } from '../../event-store/dynamodb-store.ts';
import { apiHandler } from '../../http/api.ts';
import { type Invocation, isApiEvent, UnknownInvocationError } from '../../http/api-event.ts';
import { dynamodbIdempotency } from '../../http/idempotency/idempotency.ts';
import { workNames } from '../../jobs/job-run.ts';
import { openJobQueue } from '../../jobs/queue/job-queue.ts';
import { runInSegments } from '../../jobs/run-in-segments.ts';
import { startAnalysis } from '../../jobs/start-jobs.ts';
import { bedrockClient } from '../../models/bedrock.ts';
import { novaVideo } from '../../models/nova-video/nova-video.ts';
import { documentClient } from '../../runtime/clients.ts';
import { environmentOf } from '../../runtime/environment.ts';
import { follow, instrument } from '../../runtime/instrumentation.ts';
import { openBudgetCheck } from '../../usage/budget-check.ts';
import { refuseInternal } from '../../webhooks/address.ts';
import { type AnalysisTask, analysisJob } from './analysis-job.ts';

/** Milliseconds a call of the model may take: most of the function's 300 seconds. */
const watchingTimeoutMs = 280_000;

const environment = environmentOf('video-handler');
const dynamodb = documentClient();
const store = openEventStore(dynamodb, environment);
const objects = contentObjects(s3Client(), environment.CONTENT_BUCKET);
const video = novaVideo(bedrockClient(watchingTimeoutMs, 5), environment.VIDEO_MODEL_ID);
const work = analysisJob({ store, objects, video });
const admission = {
  store,
  checkBudget: openBudgetCheck(dynamodb, store, environment),
  queue: openJobQueue(dynamodb, store, environment),
};
const running = { ...admission, functionName: 'video-handler' } as const;

const api = apiHandler(
  {
    analyze: (request) => {
      refuseInternal(request.body.webhook, environment.WEBHOOK_INTERNAL_HOSTS);
      return startAnalysis({ ...admission, objects }, request, request.body);
    },
  },
  dynamodbIdempotency(dynamodb, environment.REQUESTS_TABLE),
  environment.PAGE_ORIGIN,
);

/** Accepts analysis jobs and runs them. */
export const handler = instrument<Invocation, APIGatewayProxyResult | undefined>(async (event, context) => {
  if (isApiEvent(event)) return api(event, context);
  if (!isDomainEvent(event, ...workNames)) throw new UnknownInvocationError(event);
  follow({ correlationId: event.detail.metadata.correlationId, tenant: event.detail.stream.tenant });
  await runInSegments<AnalysisTask>(running, event.detail, context, work);
  return undefined;
});
