import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';
import type { ChatRequest, ChatResponse } from '@nova/shared/api/chat';
import { ProblemError } from '../api/problem.ts';
import { explain } from '../connection/explain.ts';
import type { Talk } from '../dependencies.ts';
import { exitCodes, UsageError } from '../errors.ts';
import type { Terminal } from '../output/terminal.ts';
import { oneLine } from '../output/text.ts';
import { ask, stop } from './ask.ts';
import { AnswerView } from './show.ts';

export interface ChatOptions {
  readonly session?: string;
  readonly content: readonly string[];
}

/** `nova chat`: one question and its answer, or a conversation at a terminal. */
export async function chat(talk: Talk, { session, content }: ChatOptions, message?: string): Promise<number> {
  const first = {
    ...(session ? { sessionId: session } : {}),
    ...(content.length > 0 ? { contentIds: [...content] } : {}),
  };
  if (message === undefined && talk.stdin.isTTY) return converse(talk, first);
  const said = message ?? (await readAll(talk.stdin));
  if (said.trim() === '') throw new UsageError('There is no message: give one, or talk at a terminal.');
  const answered = await answer(talk, { ...first, message: said });
  return answered ? exitCodes.ok : exitCodes.interrupted;
}

const commands = '/new begins a new session, /exit or Ctrl-D ends, Ctrl-C stops an answer';

async function converse(talk: Talk, first: Omit<ChatRequest, 'message'>): Promise<number> {
  const { terminal } = talk;
  const history: string[] = [];
  let next = first;
  terminal.note(terminal.styledNote('dim', commands));
  for (;;) {
    const line = await said(talk, history);
    if (line === undefined || line === '/exit') return exitCodes.ok;
    if (line === '/help') terminal.note(terminal.styledNote('dim', commands));
    else if (line === '/new') next = {};
    else if (line !== '') next = await turn(talk, { ...next, message: line }, next);
  }
}

/** A turn at a terminal: what goes wrong is said, and the conversation goes on. */
async function turn(talk: Talk, request: ChatRequest, before: Omit<ChatRequest, 'message'>) {
  const { terminal } = talk;
  try {
    const answered = await answer(talk, request);
    return answered ? { ...before, sessionId: answered.sessionId } : before;
  } catch (error) {
    reportProblem(terminal, error);
    return before;
  }
}

/**
 * The next line of the conversation. The terminal is the prompt's only while it waits, so that Ctrl-C is a signal while an
 * answer comes.
 * @returns undefined at the end of input, and for Ctrl-C at the prompt
 */
async function said({ terminal, stdin, stdout }: Talk, history: string[]): Promise<string | undefined> {
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

/** @returns undefined when it was interrupted; the platform is told then */
async function answer(talk: Talk, request: ChatRequest): Promise<ChatResponse | undefined> {
  const { access, json } = talk;
  const signal = talk.interrupt();
  const view = new AnswerView(json ? withoutReply(talk.terminal) : talk.terminal);
  try {
    for await (const event of ask(access, request, signal)) {
      view.take(event);
      if (event.event !== 'done') continue;
      const whole = view.end(event.data);
      if (json) talk.terminal.line(JSON.stringify(whole));
      return whole;
    }
    return undefined;
  } catch (error) {
    view.breakOff();
    if (!signal.aborted) throw error;
    const sessionId = view.sessionId ?? request.sessionId;
    if (sessionId) await stop(access, sessionId);
    talk.terminal.note(talk.terminal.styledNote('dim', 'stopped'));
    return undefined;
  }
}

/** A program reads the result: it gets the whole answer and not its pieces. */
const withoutReply = (terminal: Terminal): Terminal => ({ ...terminal, write: () => {} });

function reportProblem(terminal: Terminal, error: unknown): void {
  terminal.note(`${terminal.styledNote('red', '✗')} ${oneLine(explain(error))}`);
  if (error instanceof ProblemError) {
    terminal.note(
      terminal.styledNote('dim', `  ${error.problem.type} · correlation id ${error.problem.correlationId}`),
    );
  }
}
