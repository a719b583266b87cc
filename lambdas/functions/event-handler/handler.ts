import type { EventBridgeEvent } from 'aws-lambda';
import { causedBy, isDomainEvent } from '../../commands/publish.ts';
import { contentObjects, eraseFiles, s3Client } from '../../content/objects.ts';
import { openEventStore } from '../../event-store/dynamodb-store.ts';
import { dynamodbStreamKeys } from '../../event-store/encryption/stream-keys.ts';
import { openJobQueue } from '../../jobs/queue/job-queue.ts';
import { documentClient } from '../../runtime/clients.ts';
import { environmentOf } from '../../runtime/environment.ts';
import { follow, instrument } from '../../runtime/instrumentation.ts';
import { forgetSession } from '../../session-memory/session-memory.ts';
import { failAbandonedJob, isFailedInvocation } from './failed-work.ts';
import { startJobs } from './start-jobs.ts';
import { isUpload, receiveFile } from './uploads.ts';

const environment = environmentOf('event-handler');
const dynamodb = documentClient();
const store = openEventStore(dynamodb, environment);
const keys = dynamodbStreamKeys(dynamodb, environment.STREAM_KEYS_TABLE);
const objects = contentObjects(s3Client(), environment.CONTENT_BUCKET);
const queue = openJobQueue(dynamodb, store, environment);

/** The platform's reactions to events. Each may be repeated without a second effect. */
export const handler = instrument<EventBridgeEvent<string, unknown>, void>(async (event) => {
  if (isUpload(event)) return receiveFile(store, objects, event);
  if (isFailedInvocation(event)) return failAbandonedJob(store, event);
  if (isDomainEvent(event, 'ContentUploaded', 'TranscriptAttached', 'AnalysisAttached')) {
    follow({ correlationId: event.detail.metadata.correlationId, tenant: event.detail.stream.tenant });
    return startJobs(store, event.detail, environment.REACTIONS);
  }
  if (isDomainEvent(event, 'JobCompleted', 'JobFailed', 'JobCancelled')) {
    const { stream, metadata } = event.detail;
    follow({ correlationId: metadata.correlationId, tenant: stream.tenant });
    return queue.release(stream.tenant, stream.id, causedBy(event.detail, 'event-handler'));
  }
  if (isDomainEvent(event, 'ContentRejected')) return eraseFiles(objects, event.detail.stream);
  if (isDomainEvent(event, 'ContentDeleted')) {
    const { stream } = event.detail;
    await keys.destroy(stream);
    await eraseFiles(objects, stream);
    return queue.endJobsOn(stream.tenant, stream.id, causedBy(event.detail, 'event-handler'));
  }
  if (isDomainEvent(event, 'SessionDeleted')) {
    await keys.destroy(event.detail.stream);
    const { stream, version } = event.detail;
    return forgetSession(dynamodb, environment.SESSION_TABLE, stream, version, new Date());
  }
  throw new Error(`No reaction to ${event.source} ${event['detail-type']}`);
});
