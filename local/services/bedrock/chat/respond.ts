import type { Message, SystemContentBlock, ToolConfiguration } from '@aws-sdk/client-bedrock-runtime';
import { standInNote } from '../stand-in.ts';
import { answerFrom } from './answer.ts';
import { type Conversation, readConversation } from './conversation.ts';
import { recall } from './memory.ts';
import { nextCalls, type PlannedCall } from './plan.ts';
import { type Request, readRequest, type Task } from './request.ts';
import { summarise } from './summary.ts';
import { type OfferedTool, readTools } from './toolbox.ts';

/** The next step of a conversation: tool calls, or an answer. */
export type NextStep =
  | { readonly kind: 'calls'; readonly calls: readonly PlannedCall[] }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Continues a conversation by fixed rules: the same conversation and tools always give the same answer.
 */
export function respond(
  messages: readonly Message[],
  system: readonly SystemContentBlock[] | undefined,
  toolConfig: ToolConfiguration | undefined,
): NextStep {
  const conversation = readConversation(messages, system);
  const summary = summarise(conversation.current.message);
  if (summary !== undefined) return { kind: 'text', text: summary };
  const tools = readTools(toolConfig?.tools);
  const request = readRequest(conversation);
  const forced = Boolean(toolConfig?.toolChoice?.any ?? toolConfig?.toolChoice?.tool);
  if (!forced && conversation.current.exchanges.length === 0) {
    const text = recall(conversation) ?? talk(request, tools);
    if (text !== undefined) return answer(text);
  }
  const task = request.kind === 'task' ? request : asTask(conversation);
  const calls = nextCalls(conversation, task, tools, toolConfig?.toolChoice);
  return calls.length > 0 ? { kind: 'calls', calls } : answer(answerFrom(conversation, task));
}

const answer = (text: string): NextStep => ({ kind: 'text', text: `${text}\n\n${standInNote}` });

/** Answers that need no tool. */
function talk(request: Request, tools: readonly OfferedTool[]): string | undefined {
  switch (request.kind) {
    case 'greeting':
      return 'Hello. What would you like to know?';
    case 'thanks':
      return 'You are welcome.';
    case 'statement':
      return 'Noted. Is there something I should look up?';
    case 'facts':
      return `Noted: ${[...request.facts].map(([name, value]) => `your ${name} is ${value}`).join(', ')}.`;
    case 'abilities':
      return abilities(tools);
    case 'task':
      return undefined;
  }
}

function abilities(tools: readonly OfferedTool[]): string {
  if (tools.length === 0) return 'I can talk and remember this conversation; no tools were offered to me.';
  const lines = tools.map(
    ({ name, description }) => `- ${name}: ${description.split(/(?<=\.)\s/u)[0] ?? ''}`,
  );
  return `I can use these tools:\n${lines.join('\n')}`;
}

/** A message as a task, where the caller insists on a tool. */
function asTask({ current, pointedTo }: Conversation): Task {
  return { kind: 'task', question: current.message, subject: [], ids: pointedTo };
}
