import type { APIGatewayProxyResult } from 'aws-lambda';
import { contentObjects, s3Client } from '../../platform/content/objects.ts';
import { dynamodbSealing } from '../../platform/events/dynamodb-sealing.ts';
import { dynamodbEventStore } from '../../platform/events/dynamodb-store.ts';
import { isDomainEvent } from '../../platform/events/published.ts';
import { apiHandler } from '../../platform/http/api.ts';
import { type Invocation, isApiEvent, UnknownInvocationError } from '../../platform/http/api-event.ts';
import { dynamodbRepeats } from '../../platform/http/repeats/repeats.ts';
import { workNames } from '../../platform/jobs/job-run.ts';
import { runInParts } from '../../platform/jobs/run-in-parts.ts';
import { startAnalysis } from '../../platform/jobs/start-jobs.ts';
import { novaVideo } from '../../platform/media/video/nova-video.ts';
import { bedrockClient } from '../../platform/models/clients.ts';
import { documentClient } from '../../platform/runtime/clients.ts';
import { environmentOf } from '../../platform/runtime/environment.ts';
import { follow, instrument } from '../../platform/runtime/instrumentation.ts';
import { refuseInternal } from '../../platform/webhooks/address.ts';
import { type AnalysisTask, analysisJob } from './analysis-job.ts';

/** Milliseconds the model may watch: most of the function's 300 seconds. */
const watchingTimeoutMs = 280_000;

const environment = environmentOf('video-handler');
const dynamodb = documentClient();
const store = dynamodbEventStore(
  dynamodb,
  environment.EVENT_STORE_TABLE,
  dynamodbSealing(dynamodb, environment.STREAM_KEYS_TABLE),
);
const objects = contentObjects(s3Client(), environment.CONTENT_BUCKET);
const video = novaVideo(bedrockClient(watchingTimeoutMs, 5), environment.VIDEO_MODEL_ID);
const work = analysisJob({ store, objects, video });

const api = apiHandler(
  {
    analyze: (request) => {
      refuseInternal(request.body.webhook, environment.WEBHOOK_INTERNAL_HOSTS);
      return startAnalysis(store, objects, request, request.body);
    },
  },
  dynamodbRepeats(dynamodb, environment.REQUESTS_TABLE),
);

/** Takes analysis jobs and does them. */
export const handler = instrument<Invocation, APIGatewayProxyResult | undefined>(async (event, context) => {
  if (isApiEvent(event)) return api(event, context);
  if (!isDomainEvent(event, ...workNames)) throw new UnknownInvocationError(event);
  follow({ correlationId: event.detail.metadata.correlationId, tenant: event.detail.stream.tenant });
  await runInParts<AnalysisTask>(store, 'video-handler', event.detail, context, work);
  return undefined;
});
