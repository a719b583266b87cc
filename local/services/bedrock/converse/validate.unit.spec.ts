import type { ContentBlock, ConverseRequest, Message } from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from 'vitest';
import { validateConverse } from './validate.ts';

const user = (...content: ContentBlock[]): Message => ({ role: 'user', content });
const assistant = (...content: ContentBlock[]): Message => ({ role: 'assistant', content });
const text = (value = 'hi'): ContentBlock => ({ text: value });
const use = (toolUseId = 't1'): ContentBlock => ({ toolUse: { toolUseId, name: 'look', input: {} } });
const result = (toolUseId = 't1'): ContentBlock => ({ toolResult: { toolUseId, content: [{ text: 'ok' }] } });
const tool = (name: string) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } });
const toolConfig = { tools: [tool('look')] };
const validate = (request: Partial<ConverseRequest>) => () => validateConverse({ modelId: 'm', ...request });

it('Converse accepts a conversation with tools', () => {
  expect(validate({ messages: [user(text()), assistant(use()), user(result())], toolConfig })).not.toThrow();
});

describe('Converse refuses', () => {
  it.each<[string, Partial<ConverseRequest>, RegExp]>([
    ['no messages', {}, /must start with a user message/],
    ['an assistant first', { messages: [assistant(text())] }, /must start with a user message/],
    ['an assistant last', { messages: [user(text()), assistant(text())] }, /must end with a user message/],
    ['two of one role', { messages: [user(text()), user(text())] }, /must alternate/],
    ['no content', { messages: [user()] }, /messages.0 is empty/],
    ['blank text', { messages: [user(text(), text(' '))] }, /messages.0.content.1 is blank/],
    ['a result nobody asked for', { messages: [user(result())], toolConfig }, /unexpected tool_use_id t1/],
    [
      'a missing result',
      { messages: [user(text()), assistant(use('a'), use('b')), user(result('a'))], toolConfig },
      /without tool_result blocks immediately after: b/,
    ],
    [
      'tools used but not defined',
      { messages: [user(text()), assistant(use()), user(result())] },
      /toolConfig field must be defined/,
    ],
    [
      'a tool defined twice',
      { messages: [user(text())], toolConfig: { tools: [tool('look'), tool('look')] } },
      /look is defined twice/,
    ],
    [
      'a bad tool name',
      { messages: [user(text())], toolConfig: { tools: [tool('look up')] } },
      /"look up" must be/,
    ],
    [
      'an unknown forced tool',
      { messages: [user(text())], toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'x' } } } },
      /no tool x/,
    ],
    ['no tokens', { messages: [user(text())], inferenceConfig: { maxTokens: 0 } }, /maxTokens/],
    ['too hot', { messages: [user(text())], inferenceConfig: { temperature: 2 } }, /temperature/],
    ['a bad share', { messages: [user(text())], inferenceConfig: { topP: -1 } }, /topP/],
  ])('%s', (_case, request, message) => {
    expect(validate(request)).toThrow(
      expect.objectContaining({ name: 'ValidationException', message: expect.stringMatching(message) }),
    );
  });
});
