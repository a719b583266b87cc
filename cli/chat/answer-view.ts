import type { ChatResponse, Citation } from '@nova/shared/api/chat';
import type { Terminal } from '../output/terminal.ts';
import { clock, count, duration, oneLine } from '../output/text.ts';
import type { AnswerEvent } from './ask.ts';

/** Characters shown of a tool's input and of a cited passage. */
const inputChars = 60;
const passageChars = 100;

/** Shows an answer while it streams and assembles the response. */
export class AnswerView {
  readonly #terminal: Terminal;
  readonly #toolStarts = new Map<string, number>();
  #sessionId: string | undefined;
  #reply = '';
  #atLineStart = true;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#wait();
  }

  /** Known once the first event has arrived. */
  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  show(event: AnswerEvent): void {
    switch (event.event) {
      case 'session':
        this.#sessionId = event.data.sessionId;
        break;
      case 'text':
        this.#writeReply(event.data.text);
        break;
      case 'tool_call':
        this.#toolStarts.set(event.data.id, performance.now());
        this.#noteLine(`● ${event.data.name}  ${toolInput(event.data.input)}`);
        this.#wait(`${event.data.name} …`);
        break;
      case 'tool_result':
        this.#showToolResult(event.data);
        break;
      case 'guardrail':
        this.#showIntervention(event.data.source, event.data.policies ?? [], event.data.reply);
        break;
    }
  }

  /** The answer is complete. */
  end(done: Omit<ChatResponse, 'reply'>): ChatResponse {
    const { note, styledNote } = this.#terminal;
    this.#endLine();
    for (const [index, citation] of done.citations.entries())
      note(styledNote('dim', citationLine(index + 1, citation)));
    const { inputTokens, outputTokens } = done.usage;
    const ended = done.stopReason === 'endTurn' ? [] : [`ended by ${done.stopReason}`];
    const facts = [`${count(inputTokens + outputTokens)} tokens`, ...ended, `session ${done.sessionId}`];
    note(styledNote('dim', facts.join(' · ')));
    return { ...done, reply: this.#reply };
  }

  /** The answer broke off. */
  breakOff(): void {
    this.#endLine();
  }

  #writeReply(text: string): void {
    const clean = printable(text);
    this.#terminal.status();
    this.#terminal.write(clean);
    this.#reply += text;
    if (clean !== '') this.#atLineStart = clean.endsWith('\n');
  }

  #showToolResult({ id, name, status }: { id: string; name: string; status: 'success' | 'error' }): void {
    const { styledNote } = this.#terminal;
    const took = duration(performance.now() - (this.#toolStarts.get(id) ?? performance.now()));
    const mark = status === 'success' ? styledNote('green', '✓') : styledNote('red', '✗');
    this.#noteLine(`  ${mark} ${oneLine(name)} ${styledNote('dim', took)}`);
    this.#wait();
  }

  #showIntervention(source: string, policies: readonly string[], reply: string | undefined): void {
    const { styledNote } = this.#terminal;
    const why = policies.length > 0 ? ` (${policies.map(oneLine).join(', ')})` : '';
    const what = {
      input: 'The guardrail refused the message',
      output: 'The guardrail withheld the answer',
      tool: 'The guardrail removed text that tried to instruct the agent',
    }[source];
    this.#noteLine(styledNote('yellow', `! ${what ?? 'The guardrail acted'}${why}.`));
    if (reply === undefined) return;
    this.#noteLine(styledNote('yellow', '! The answer above is withdrawn. It is replaced by:'));
    this.#reply = '';
    this.#writeReply(reply);
  }

  #noteLine(text: string): void {
    this.#endLine();
    this.#terminal.note(text);
  }

  #endLine(): void {
    this.#terminal.status();
    if (!this.#atLineStart) this.#terminal.write('\n');
    this.#atLineStart = true;
  }

  #wait(what = 'thinking …'): void {
    if (this.#atLineStart) this.#terminal.status(this.#terminal.styledNote('dim', what));
  }
}

/** A model's text without control characters, which could move the cursor or worse. */
const printable = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression removes them
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');

function toolInput(input: unknown): string {
  const values = typeof input === 'object' && input !== null ? Object.values(input) : [input];
  const text = oneLine(
    values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('  '),
  );
  return text.length <= inputChars ? text : `${text.slice(0, inputChars)}…`;
}

/** `[1] 01a2… 0:12–0:19  “…”` */
function citationLine(number: number, { contentId, start, end, text }: Citation): string {
  const at = start === null ? '' : ` ${clock(start)}${end === null ? '' : `–${clock(end)}`}`;
  const words = oneLine(text.replace(/\s+/gu, ' '));
  const passage = words.length <= passageChars ? words : `${words.slice(0, passageChars)}…`;
  return `[${number}] ${contentId}${at}  “${passage}”`;
}
