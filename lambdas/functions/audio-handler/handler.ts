import type { APIGatewayProxyResult } from 'aws-lambda';
import { isDomainEvent } from '../../commands/publish.ts';
import { contentObjects, s3Client } from '../../content/objects.ts';
import type { ExistingContent } from '../../domain/content.ts';
import { openEventStore } from '../../event-store/dynamodb-store.ts';
import { apiHandler } from '../../http/api.ts';
import { type Invocation, isApiEvent, UnknownInvocationError } from '../../http/api-event.ts';
import { dynamodbIdempotency } from '../../http/idempotency/idempotency.ts';
import { workNames } from '../../jobs/job-run.ts';
import { openJobQueue } from '../../jobs/queue/job-queue.ts';
import { runInSegments } from '../../jobs/run-in-segments.ts';
import { startTranscription } from '../../jobs/start-jobs.ts';
import { novaSonic, streamingClient } from '../../models/sonic/sonic.ts';
import { amazonTranscribe, transcribeClient } from '../../models/transcribe/batch.ts';
import { documentClient } from '../../runtime/clients.ts';
import { environmentOf } from '../../runtime/environment.ts';
import { follow, instrument } from '../../runtime/instrumentation.ts';
import { openBudgetCheck } from '../../usage/budget-check.ts';
import { refuseInternal } from '../../webhooks/address.ts';
import { conclude, isTranscribeEnded } from './delegated.ts';
import { recordingOf, type TranscriptionTask, transcriptionJob } from './transcription-job.ts';

const environment = environmentOf('audio-handler');
const pace = environment.SPEECH_PACE;
const dynamodb = documentClient();
const store = openEventStore(dynamodb, environment);
const objects = contentObjects(s3Client(), environment.CONTENT_BUCKET);
const speech = novaSonic(streamingClient(), environment.SPEECH_MODEL_ID, pace);
const delegation = {
  store,
  objects,
  batch: amazonTranscribe(transcribeClient()),
  prefix: environment.TRANSCRIBE_PREFIX,
  secondsOf: async (item: ExistingContent) => (await recordingOf(objects, item)).seconds,
};
const work = transcriptionJob({ ...delegation, speech, pace });
const admission = {
  store,
  checkBudget: openBudgetCheck(dynamodb, store, environment),
  queue: openJobQueue(dynamodb, store, environment),
};
const running = { ...admission, functionName: 'audio-handler' } as const;

const api = apiHandler(
  {
    transcribe: (request) => {
      refuseInternal(request.body.webhook, environment.WEBHOOK_INTERNAL_HOSTS);
      return startTranscription({ ...admission, objects }, request, request.body);
    },
  },
  dynamodbIdempotency(dynamodb, environment.REQUESTS_TABLE),
  environment.PAGE_ORIGIN,
);

/** Accepts transcription jobs and runs them. */
export const handler = instrument<Invocation, APIGatewayProxyResult | undefined>(async (event, context) => {
  if (isApiEvent(event)) return api(event, context);
  if (isTranscribeEnded(event)) {
    await conclude(delegation, event);
    return undefined;
  }
  if (!isDomainEvent(event, ...workNames)) throw new UnknownInvocationError(event);
  follow({ correlationId: event.detail.metadata.correlationId, tenant: event.detail.stream.tenant });
  await runInSegments<TranscriptionTask>(running, event.detail, context, work);
  return undefined;
});
