import type { ContentBlock, Message, Tool } from '@aws-sdk/client-bedrock-runtime';
import { type NextStep, respond } from '../chat/respond.ts';

export const uuid = '0197a3c0-0000-7000-8000-0000000000aa';

type Json = NonNullable<NonNullable<NonNullable<Tool['toolSpec']>['inputSchema']>['json']>;
export const toolSpec = (
  name: string,
  description: string,
  properties: Record<string, object>,
  required: string[] = [],
): Tool => ({
  toolSpec: {
    name,
    description,
    inputSchema: { json: { type: 'object', properties, required, additionalProperties: false } as Json },
  },
});

const search = toolSpec(
  'search_content',
  "Finds passages in the user's content.",
  {
    query: { type: 'string', maxLength: 200 },
    contentIds: { type: 'array', items: { type: 'string', format: 'uuid' } },
    topK: { type: 'integer', minimum: 1, maximum: 20 },
  },
  ['query'],
);
export const list = toolSpec('list_content', 'Lists what the user has uploaded.', {
  limit: { type: 'integer' },
});
const job = toolSpec('get_job', 'Says how a job stands.', { jobId: { type: 'string', format: 'uuid' } }, [
  'jobId',
]);
const transcribe = toolSpec(
  'start_transcription',
  'Starts the transcription of a recording.',
  { contentId: { type: 'string', format: 'uuid' } },
  ['contentId'],
);
export const nova = [search, list, job, transcribe];

export const user = (...content: (string | ContentBlock)[]): Message => ({
  role: 'user',
  content: content.map((one) => (typeof one === 'string' ? { text: one } : one)),
});
export const use = (name: string, input: object, toolUseId = 't1'): Message => ({
  role: 'assistant',
  content: [{ toolUse: { toolUseId, name, input: input as Json } }],
});
export const result = (json: unknown, toolUseId = 't1', status: 'success' | 'error' = 'success'): Message =>
  user({ toolResult: { toolUseId, status, content: [{ json: json as Json }] } });

export const ask = (messages: Message[], tools: Tool[] = nova, system = ''): NextStep =>
  respond(messages, [{ text: system }], tools.length > 0 ? { tools } : undefined);
export const calls = (step: NextStep) => (step.kind === 'calls' ? step.calls : []);
export const text = (step: NextStep) => (step.kind === 'text' ? step.text : '');
