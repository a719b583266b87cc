import type { ContentBlock, ConverseRequest, Message } from '@aws-sdk/client-bedrock-runtime';
import { invalid } from '../errors.ts';

/**
 * Refuses what Converse would refuse, in its words.
 * @throws AwsError `ValidationException`
 */
export function validateConverse(request: ConverseRequest): void {
  const { messages = [], toolConfig, inferenceConfig } = request;
  const [first] = messages;
  if (first?.role !== 'user') {
    throw invalid(
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    );
  }
  if (messages.at(-1)?.role !== 'user') {
    throw invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
  for (const [index, message] of messages.entries()) checkMessage(message, index, messages);
  if (!toolConfig?.tools?.length && messages.some(({ content = [] }) => content.some(isToolBlock))) {
    throw invalid('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
  }
  checkToolNames(request);
  const { maxTokens, temperature, topP } = inferenceConfig ?? {};
  if (maxTokens !== undefined && maxTokens < 1)
    throw invalid('inferenceConfig.maxTokens: must be at least 1');
  checkShare('temperature', temperature);
  checkShare('topP', topP);
}

const isToolBlock = ({ toolUse, toolResult }: ContentBlock) =>
  toolUse !== undefined || toolResult !== undefined;

function checkMessage({ role, content = [] }: Message, index: number, messages: readonly Message[]): void {
  const before = messages[index - 1];
  if (before?.role === role) {
    throw invalid(
      'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
    );
  }
  if (content.length === 0) {
    throw invalid(
      `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`,
    );
  }
  for (const [place, { text, toolResult }] of content.entries()) {
    if (text !== undefined && text.trim() === '') {
      throw invalid(
        `The text field in the ContentBlock object at messages.${index}.content.${place} is blank. Add text to the text field, and try again.`,
      );
    }
    if (toolResult && !usedIn(before).includes(toolResult.toolUseId)) {
      throw invalid(
        `messages.${index}.content.${place}: unexpected tool_use_id ${toolResult.toolUseId}: the message before asks for no such tool.`,
      );
    }
  }
  const answered = content.map(({ toolResult }) => toolResult?.toolUseId);
  const missing = usedIn(before).filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    throw invalid(
      `messages.${index - 1}: tool_use ids were found without tool_result blocks immediately after: ${missing.join(', ')}.`,
    );
  }
}

const usedIn = (message: Message | undefined) =>
  (message?.content ?? []).flatMap(({ toolUse }) => (toolUse ? [toolUse.toolUseId] : []));

function checkToolNames({ toolConfig }: ConverseRequest): void {
  const names = toolConfig?.tools?.flatMap(({ toolSpec }) => (toolSpec?.name ? [toolSpec.name] : [])) ?? [];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw invalid(`toolConfig.tools: the tool ${twice} is defined twice`);
  const bad = names.find((name) => !/^[\w-]{1,64}$/.test(name));
  if (bad) throw invalid(`toolConfig.tools: "${bad}" must be 1 to 64 letters, digits, - or _`);
  const forced = toolConfig?.toolChoice?.tool?.name;
  if (forced !== undefined && !names.includes(forced))
    throw invalid(`toolConfig.toolChoice: there is no tool ${forced}`);
}

function checkShare(field: string, value: number | undefined): void {
  if (value !== undefined && !(value >= 0 && value <= 1))
    throw invalid(`inferenceConfig.${field}: must be from 0 to 1`);
}
