import { Lexer, type Token, type TokensList } from 'marked';
import { DomainError } from '../../domain/errors.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { inlineText } from './inline-text.ts';

/**
 * Characters that are parsed at once: the lexer's tokens take up to a hundred times their memory, and the time of some blocks
 * grows with the square of their length.
 */
const windowChars = 16 * 1024;

/** Quotes and lists one in the other, at most: each level of them reads its text again. */
const maxDepth = 50;

/**
 * The text of a Markdown document, without its marks. A heading stays with the paragraph after it.
 * Source: CommonMark, and GitHub's tables.
 * @param budget looked at before each piece of text
 * @throws DomainError `unsupported-media` when it is nested more than 50 levels deep
 */
export function markdownText(source: string, budget: WorkBudget): string {
  const pieces: string[] = [];
  const whole = source.replace(/\r\n?/g, '\n');
  /** The opening line of a fenced block of code that was cut. */
  let fence = '';
  for (let at = 0; at < whole.length; ) {
    budget();
    const end = windowEnd(whole, at);
    const lexer = new BlockLexer();
    const found = lexer.lex(fence + whole.slice(at, end));
    // The last block of a window may continue after it, so it is left to the next window; one that fills its window is cut.
    const blocks = end === whole.length || found.length === 1 ? found : found.slice(0, -1);
    const inline: InlineReader = (text) => inlineText(text, (label) => lexer.defines(label));
    pieces.push(blocks.map((block) => blockText(block, inline)).join(''));
    const read = blocks.reduce((sum, { raw }) => sum + raw.length, 0) - fence.length;
    fence = found.length === 1 ? openFence(found[0]?.raw ?? '') : '';
    at = blocks === found ? end : at + read;
  }
  return pieces.join('');
}

/** The opening line of a fenced block of code that has no end yet. */
function openFence(block: string): string {
  const [opening = '', mark = ''] = /^ {0,3}(`{3,}|~{3,})[^\n]*\n/.exec(block) ?? [];
  const last = block.slice(block.trimEnd().lastIndexOf('\n') + 1).trim();
  const isClosed =
    block.trimEnd().length > opening.length && last.startsWith(mark) && /^(?:`+|~+)$/.test(last);
  return mark === '' || isClosed ? '' : opening;
}

/** Windows end between two lines. */
function windowEnd(text: string, at: number): number {
  if (at + windowChars >= text.length) return text.length;
  const lineEnd = text.lastIndexOf('\n', at + windowChars) + 1;
  return lineEnd > at ? lineEnd : at + windowChars;
}

/** Finds the blocks. It leaves their text as it is: the library takes the square of its length to find emphasis in it. */
class BlockLexer extends Lexer {
  #depth = 0;

  override inlineTokens(_text: string, tokens: Token[] = []): Token[] {
    return tokens;
  }

  override blockTokens(text: string, tokens?: Token[], clipped?: boolean): Token[];
  override blockTokens(text: string, tokens?: TokensList, clipped?: boolean): TokensList;
  override blockTokens(text: string, tokens?: Token[], clipped?: boolean): Token[] {
    if (this.#depth > maxDepth) throw tooDeep();
    this.#depth += 1;
    try {
      return super.blockTokens(text, tokens, clipped);
    } finally {
      this.#depth -= 1;
    }
  }

  /** Whether the window has a definition of a link's label. */
  defines(label: string): boolean {
    const { links } = this.tokens;
    return Object.hasOwn(links, label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase().toLowerCase());
  }
}

const tooDeep = () =>
  new DomainError(
    'unsupported-media',
    `The document has quotes and lists more than ${maxDepth} levels deep; flatten it, and upload it again.`,
  );

/** Reads the text of a paragraph, a heading or a cell. */
type InlineReader = (text: string) => string;

function blockText(block: Token, inline: InlineReader): string {
  const text = plainText(block, inline).trim();
  if (text === '') return '';
  return block.type === 'heading' ? `${text}\n` : `${text}\n\n`;
}

/** Kinds of tokens without text. */
const ignored = new Set(['html', 'hr', 'space', 'def', 'checkbox']);

function plainText(token: Token, inline: InlineReader): string {
  if (ignored.has(token.type)) return '';
  if (token.type === 'list') return join(items(token), '\n', inline);
  if (token.type === 'table') return rows(token, inline).join('\n');
  if ('tokens' in token && token.tokens?.length) {
    return join(token.tokens, isBlock(token.tokens) ? '\n' : '', inline);
  }
  if (!('text' in token) || typeof token.text !== 'string') return '';
  return unescaped(token.type === 'code' ? token.text : inline(token.text));
}

const join = (tokens: readonly Token[], between: string, inline: InlineReader) =>
  tokens.map((token) => plainText(token, inline)).join(between);

const items = (token: Token): Token[] => ('items' in token ? (token.items as Token[]) : []);

interface Cell {
  readonly text: string;
}

function rows(token: Token, inline: InlineReader): string[] {
  const { header = [], rows: body = [] } = token as { header?: readonly Cell[]; rows?: readonly Cell[][] };
  return [header, ...body].map((cells) => cells.map(({ text }) => unescaped(inline(text))).join(', '));
}

const isBlock = (tokens: readonly Token[]) =>
  tokens.some(({ type }) => type === 'paragraph' || type === 'list');

/** Decodes the references of HTML that are common in Markdown. */
const unescaped = (text: string) =>
  text
    .replace(/&#(\d{1,7}|[xX][\da-fA-F]{1,6});/g, (_, code: string) =>
      characterOf(Number(code.replace(/^[xX]/, '0x'))),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

/** Source: CommonMark 0.31.2, §6.2: an invalid code point is shown as U+FFFD. */
const characterOf = (code: number) =>
  code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\uFFFD' : String.fromCodePoint(code);
