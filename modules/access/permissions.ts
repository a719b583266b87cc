import type { FunctionName } from '@nova/shared/functions';
import type { Settings } from '../settings.ts';
import * as grant from './grants.ts';
import { callModel, converseActions, type ModelHome } from './models.ts';
import type { Statement } from './policy.ts';

/** ARNs that permissions are about. */
export interface ResourceArns {
  readonly eventStore: string;
  readonly eventStream: string;
  readonly readModel: string;
  readonly sessions: string;
  readonly content: string;
  readonly failures: string;
  readonly failedRecords: string;
  readonly vectorIndex: string;
  readonly bus: string;
  readonly deadLetters: string;
  readonly guardrail: string;
}

/** Who may do what: the whole of it, on one page. */
export function permissionsOf(
  arns: ResourceArns,
  models: Settings['models'],
  home: ModelHome,
): Readonly<Record<FunctionName, readonly Statement[]>> {
  const embed = callModel('Embed', models.embedding, ['bedrock:InvokeModel'], home);
  return {
    'agent-core': [
      grant.appendEvents(arns.eventStore),
      grant.readRows(arns.readModel),
      grant.rememberSessions(arns.sessions),
      ...grant.readContent(arns.content),
      grant.queryVectors(arns.vectorIndex),
      grant.applyGuardrail(arns.guardrail),
      ...callModel('Chat', models.chat, converseActions, home),
      ...embed,
    ],
    'audio-handler': [
      grant.appendEvents(arns.eventStore),
      ...grant.readUploads(arns.content),
      grant.writeResults(arns.content),
      grant.publishEvents(arns.bus),
      ...callModel('Listen', models.speech, ['bedrock:InvokeModelWithBidirectionalStream'], home),
    ],
    'video-handler': [
      grant.appendEvents(arns.eventStore),
      ...grant.readUploads(arns.content),
      grant.writeResults(arns.content),
      grant.publishEvents(arns.bus),
      ...callModel('Watch', models.video, converseActions, home),
    ],
    'search-handler': [
      grant.appendEvents(arns.eventStore),
      ...grant.readContent(arns.content),
      grant.queryVectors(arns.vectorIndex),
      grant.writeVectors(arns.vectorIndex),
      grant.publishEvents(arns.bus),
      ...embed,
    ],
    'event-projector': [
      grant.readStream(arns.eventStream),
      grant.loadEvents(arns.eventStore),
      grant.writeRows(arns.readModel),
      grant.publishEvents(arns.bus),
      ...grant.keepFailedRecords(arns.failures, arns.failedRecords),
    ],
    'event-handler': [
      grant.appendEvents(arns.eventStore),
      ...grant.readContent(arns.content),
      grant.eraseContent(arns.content),
      grant.forgetSessions(arns.sessions),
      grant.sendDeadLetters(arns.deadLetters),
    ],
    'content-handler': [
      grant.appendEvents(arns.eventStore),
      grant.readRows(arns.readModel),
      grant.acceptUploads(arns.content),
      ...grant.readContent(arns.content),
    ],
  };
}
