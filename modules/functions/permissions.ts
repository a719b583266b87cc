import type { FunctionName } from '@nova/shared/functions';
import { transcribePrefixOf } from '@nova/shared/naming';
import type { Data } from '../data/data.ts';
import type { EventBus } from '../events/bus.ts';
import type { Guardrail } from '../guardrail/guardrail.ts';
import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import type { DeadLetters } from './dead-letters.ts';
import { callModel, type ModelHome } from './model-statements.ts';
import * as grant from './statements.ts';

/** What permissions are about. */
export interface Protected {
  readonly data: Data;
  readonly bus: EventBus;
  readonly guardrail: Guardrail;
  readonly deadLetters: DeadLetters;
}

/** Who may do what, beyond its own logs and traces: the whole of it, on one page. */
export function permissionsOf(
  { data: { tables, content, failures, vectors }, bus, guardrail, deadLetters }: Protected,
  { models, prefix }: Pick<Settings, 'models' | 'prefix'>,
  home: ModelHome,
): Readonly<Record<FunctionName, readonly Statement[]>> {
  const store = tables.get('event-store');
  const keys = tables.get('stream-keys');
  const rows = tables.get('read-model');
  const sessions = tables.get('session-memory');
  const idempotency = grant.rememberRequests(tables.get('requests').arn);
  const embed = callModel('Embed', models.embedding, 'InvokeModel', home);
  return {
    'agent-core': [
      grant.appendEvents(store.arn),
      grant.encryptPersonal(keys.arn),
      idempotency,
      grant.readRows(rows.arn),
      grant.rememberSessions(sessions.arn),
      ...grant.readResults(content.arn),
      grant.queryVectors(vectors.indexArn),
      grant.applyGuardrail(guardrail.arn),
      ...callModel('Chat', models.chat, 'ConverseStream', home),
      ...embed,
    ],
    'audio-handler': [
      grant.appendEvents(store.arn),
      grant.encryptPersonal(keys.arn),
      idempotency,
      ...grant.readContent(content.arn),
      grant.writeResults(content.arn),
      grant.publishEvents(bus.arn),
      grant.transcribe(
        `arn:aws:transcribe:${home.region}:${home.accountId}:transcription-job/${transcribePrefixOf(prefix)}*`,
      ),
      ...callModel('Listen', models.speech, 'InvokeModelWithBidirectionalStream', home),
    ],
    'video-handler': [
      grant.appendEvents(store.arn),
      grant.encryptPersonal(keys.arn),
      idempotency,
      ...grant.readContent(content.arn),
      grant.writeResults(content.arn),
      grant.abortWriting(content.arn),
      grant.publishEvents(bus.arn),
      ...callModel('Watch', models.video, 'Converse', home),
    ],
    'search-handler': [
      grant.appendEvents(store.arn),
      grant.encryptPersonal(keys.arn),
      idempotency,
      ...grant.readContent(content.arn),
      grant.writeResults(content.arn),
      grant.abortWriting(content.arn),
      grant.queryVectors(vectors.indexArn),
      grant.writeVectors(vectors.indexArn),
      grant.publishEvents(bus.arn),
      ...embed,
    ],
    'event-projector': [
      grant.readStream(store.streamArn),
      grant.readAllEvents(store.arn),
      grant.openPersonal(keys.arn),
      grant.writeRows(rows.arn),
      grant.publishEvents(bus.arn),
      ...grant.keepFailedRecords(failures.arn, failures.recordsArn),
      grant.quarantineCommits(failures.quarantineArn),
    ],
    'event-handler': [
      grant.appendEvents(store.arn),
      grant.encryptPersonal(keys.arn),
      ...grant.readContent(content.arn),
      grant.eraseContent(content.arn),
      grant.destroyKeys(keys.arn),
      grant.forgetSessions(sessions.arn),
      grant.sendDeadLetters(deadLetters.arn),
    ],
    'content-handler': [
      grant.appendEvents(store.arn),
      grant.encryptPersonal(keys.arn),
      idempotency,
      grant.readRows(rows.arn),
      grant.acceptUploads(content.arn),
      ...grant.readContent(content.arn),
    ],
  };
}
