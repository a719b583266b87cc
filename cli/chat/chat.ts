import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';
import type { ChatRequest, ChatResponse } from '@nova/shared/api/chat';
import { ProblemError } from '../api/problem.ts';
import { reportError } from '../connection/explain.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exitCodes, UsageError } from '../errors.ts';
import type { Terminal } from '../output/terminal.ts';
import { AnswerView } from './answer-view.ts';
import { ask, stopAnswer } from './ask.ts';

export interface ChatOptions {
  readonly session?: string;
  readonly content: readonly string[];
}

/** A request to which a message is still to be added. */
type Draft = Omit<ChatRequest, 'message'>;

/** `nova chat`: one question and its answer, or a conversation at a terminal. */
export async function chat(
  dependencies: ApiDependencies,
  { session, content }: ChatOptions,
  message?: string,
): Promise<number> {
  const draft = {
    ...(session ? { sessionId: session } : {}),
    ...(content.length > 0 ? { contentIds: [...content] } : {}),
  };
  if (message === undefined && dependencies.stdin.isTTY) return converse(dependencies, draft);
  const text = message ?? (await readAll(dependencies.stdin));
  if (text.trim() === '') {
    throw new UsageError('There is no message: pass one, or start a conversation at a terminal.');
  }
  const answered = await answer(dependencies, { ...draft, message: text });
  return answered ? exitCodes.ok : exitCodes.interrupted;
}

const conversationHelp = '/new starts a new session, /exit or Ctrl-D ends, Ctrl-C stops an answer';

async function converse(dependencies: ApiDependencies, first: Draft): Promise<number> {
  const { terminal } = dependencies;
  const history: string[] = [];
  let draft = first;
  terminal.note(terminal.styledNote('dim', conversationHelp));
  for (;;) {
    const line = await readLine(dependencies, history);
    if (line === undefined || line === '/exit') return exitCodes.ok;
    if (line === '/help') terminal.note(terminal.styledNote('dim', conversationHelp));
    else if (line === '/new') draft = {};
    else if (line !== '') draft = await takeTurn(dependencies, draft, line);
  }
}

/**
 * One turn of a conversation. An error is reported and does not end the conversation.
 * @returns the draft of the next turn
 */
async function takeTurn(dependencies: ApiDependencies, draft: Draft, message: string): Promise<Draft> {
  const { terminal } = dependencies;
  try {
    const answered = await answer(dependencies, { ...draft, message });
    return answered ? { ...draft, sessionId: answered.sessionId } : draft;
  } catch (error) {
    reportError(terminal, error);
    if (error instanceof ProblemError) {
      const { type, correlationId } = error.problem;
      terminal.note(terminal.styledNote('dim', `  ${type} · correlation id ${correlationId}`));
    }
    return draft;
  }
}

/**
 * The next line of the conversation. The prompt owns the terminal only while it waits, so Ctrl-C is a signal while an
 * answer streams.
 * @returns undefined at the end of input, and for Ctrl-C at the prompt
 */
async function readLine(
  { terminal, stdin, stdout }: ApiDependencies,
  history: string[],
): Promise<string | undefined> {
  const reader = createInterface({ input: stdin, output: stdout, history: [...history] });
  try {
    const line = await new Promise<string | undefined>((resolve) => {
      for (const end of ['SIGINT', 'close'] as const) reader.once(end, () => resolve(undefined));
      reader.question(terminal.styled('cyan', '› ')).then(resolve, () => resolve(undefined));
    });
    if (line?.trim()) history.unshift(line);
    return line?.trim();
  } finally {
    reader.close();
  }
}

/** @returns undefined when Ctrl-C interrupts it; the answer is then stopped on the platform too */
async function answer(
  { access, json, terminal, interrupt }: ApiDependencies,
  request: ChatRequest,
): Promise<ChatResponse | undefined> {
  const signal = interrupt();
  const view = new AnswerView(json ? withoutReply(terminal) : terminal);
  try {
    for await (const event of ask(access, request, signal)) {
      view.show(event);
      if (event.event !== 'done') continue;
      const response = view.end(event.data);
      if (json) terminal.line(JSON.stringify(response));
      return response;
    }
    return undefined;
  } catch (error) {
    view.breakOff();
    if (!signal.aborted) throw error;
    const sessionId = view.sessionId ?? request.sessionId;
    if (sessionId) await stopAnswer(access, sessionId);
    terminal.note(terminal.styledNote('dim', 'stopped'));
    return undefined;
  }
}

/** With --json, the pieces of the reply are not written: the whole response follows. */
const withoutReply = (terminal: Terminal): Terminal => ({ ...terminal, write: () => {} });
