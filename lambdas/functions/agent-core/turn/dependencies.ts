import type { ContentObjects } from '../../../content/objects.ts';
import type { ApiRequest } from '../../../http/request.ts';
import type { JobAdmission } from '../../../jobs/accept-job.ts';
import type { GuardrailChecks } from '../../../models/guardrail.ts';
import type { ReadModel } from '../../../read-model/rows.ts';
import type { SessionMemory } from '../../../session-memory/session-memory.ts';
import type { SemanticSearch } from '../../../vectors/semantic-search.ts';
import type { ChatModel } from '../model/chat-model.ts';

export interface ChatDependencies extends JobAdmission {
  readonly memory: SessionMemory;
  readonly rows: ReadModel;
  readonly objects: ContentObjects;
  readonly search: SemanticSearch;
  readonly guardrail: GuardrailChecks;
  readonly model: ChatModel;
}

export type ChatRequest = Pick<ApiRequest<'chat'>, 'tenant' | 'body' | 'metadata' | 'newId' | 'retried'>;
