import type { FunctionName } from '@nova/shared/functions';
import { transcribePrefixOf } from '@nova/shared/naming';
import type { Subscriber } from '@nova/shared/subscriptions';
import type { Data } from '../data/data.ts';
import type { EventBus } from '../events/bus.ts';
import type { Guardrail } from '../guardrail/guardrail.ts';
import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { callModel, type ModelHome } from './model-statements.ts';
import * as allow from './statements.ts';
import type { WebhookSchedules } from './webhook-schedules.ts';

/** The resources that permissions refer to. */
export interface Protected {
  readonly data: Data;
  readonly bus: EventBus;
  readonly guardrail: Guardrail;
  /** ARN of the dead-letter queue of a function. */
  readonly deadLetters: (name: Subscriber) => string;
  readonly schedules: Pick<WebhookSchedules, 'arns' | 'roleArn'>;
}

/** All permissions of all functions, beyond their own logs and traces. */
export function permissionsOf(
  { data: { tables, content, failures, vectors }, bus, guardrail, deadLetters, schedules }: Protected,
  { models, prefix }: Pick<Settings, 'models' | 'prefix'>,
  home: ModelHome,
): Readonly<Record<FunctionName, readonly Statement[]>> {
  const store = tables.get('event-store');
  const keys = tables.get('stream-keys');
  const rows = tables.get('read-model');
  const sessions = tables.get('session-memory');
  const slots = tables.get('job-slots');
  const ownKey = tables.ownKeyArn ? [allow.useOwnKey(tables.ownKeyArn, home.region)] : [];
  const append = [allow.appendEvents(store.arn), allow.encryptPersonal(keys.arn), ...ownKey];
  const appendIdempotently = [...append, allow.rememberRequests(tables.get('requests').arn)];
  const queueJobs = allow.changeJobSlots(slots.arn);
  const writeResults = [...allow.readContent(content.arn), allow.writeResults(content.arn)];
  const embed = callModel('Embed', models.embedding, 'InvokeModel', home);
  return {
    'agent-core': [
      ...appendIdempotently,
      queueJobs,
      allow.readRows(rows.arn),
      allow.rememberSessions(sessions.arn),
      ...allow.readResults(content.arn),
      allow.queryVectors(vectors.indexArn),
      allow.applyGuardrail(guardrail.arn),
      ...callModel('Chat', models.chat, 'ConverseStream', home),
      ...embed,
    ],
    'audio-handler': [
      ...appendIdempotently,
      queueJobs,
      allow.readUsage(rows.arn),
      ...writeResults,
      allow.abortWriting(content.arn),
      allow.publishEvents(bus.arn),
      ...allow.transcribe(
        `arn:aws:transcribe:${home.region}:${home.accountId}:transcription-job/${transcribePrefixOf(prefix)}*`,
        content.name,
      ),
      ...callModel('Listen', models.speech, 'InvokeModelWithBidirectionalStream', home),
    ],
    'video-handler': [
      ...appendIdempotently,
      queueJobs,
      allow.readUsage(rows.arn),
      ...writeResults,
      allow.abortWriting(content.arn),
      allow.publishEvents(bus.arn),
      ...callModel('Watch', models.video, 'Converse', home),
    ],
    'search-handler': [
      ...appendIdempotently,
      queueJobs,
      allow.readUsage(rows.arn),
      ...allow.readUploads(content.arn),
      allow.queryVectors(vectors.indexArn),
      allow.publishEvents(bus.arn),
      ...embed,
    ],
    'index-handler': [
      ...append,
      queueJobs,
      allow.readUsage(rows.arn),
      ...writeResults,
      allow.abortWriting(content.arn),
      allow.writeVectors(vectors.indexArn),
      allow.publishEvents(bus.arn),
      ...callModel('Look', models.video, 'Converse', home),
      ...embed,
    ],
    'event-projector': [
      ...allow.readStream(store.streamArn),
      allow.readAllEvents(store.arn),
      allow.openPersonal(keys.arn),
      ...ownKey,
      allow.writeRows(rows.arn),
      allow.publishEvents(bus.arn),
      ...allow.keepFailedRecords(failures.arn, failures.recordsArn),
      allow.quarantineCommits(failures.quarantineArn),
    ],
    'event-handler': [
      ...append,
      queueJobs,
      allow.readJobSlots(slots.arn),
      ...allow.readContent(content.arn),
      ...allow.eraseContent(content.arn),
      allow.destroyKeys(keys.arn),
      allow.forgetSessions(sessions.arn),
      allow.sendDeadLetters(deadLetters('event-handler')),
    ],
    'webhook-handler': [
      ...append,
      allow.takePlaces(tables.get('requests').arn),
      ...allow.scheduleCalls(schedules.arns, schedules.roleArn),
      allow.sendDeadLetters(deadLetters('webhook-handler')),
    ],
    'content-handler': [
      ...appendIdempotently,
      queueJobs,
      allow.readJobSlots(slots.arn),
      allow.readManyRows(rows.arn),
      allow.acceptUploads(content.arn),
      ...allow.readContent(content.arn),
    ],
  };
}
