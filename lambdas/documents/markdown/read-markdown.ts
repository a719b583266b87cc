import { Lexer, type Token, type TokensList } from 'marked';
import { DomainError } from '../../domain/errors.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { DocumentPart } from '../blocks/block.ts';
import { BlockReader } from './block-reader.ts';
import { frontMatter } from './front-matter.ts';

/**
 * Characters that are parsed at once: the lexer's tokens take up to a hundred times their memory, and the time of some blocks
 * grows with the square of their length.
 */
const windowChars = 16 * 1024;

/** Quotes and lists one in the other, at most: each level of them reads its text again. */
const maxDepth = 50;

/**
 * The blocks of a Markdown document, without its marks.
 * Source: CommonMark, GitHub's tables, and front matter as generators of sites read it.
 * @param budget looked at before each window of the source
 * @throws DomainError `unsupported-media` when it is nested more than 50 levels deep
 */
export function* readMarkdown(source: string, budget: WorkBudget): Generator<DocumentPart> {
  const whole = source.replace(/\r\n?/g, '\n');
  const { end: start, about } = frontMatter(whole);
  if (Object.keys(about).length > 0) yield { kind: 'about', ...about };
  const reader = new BlockReader(budget);
  /** The opening line of a fenced block of code that was cut. */
  let fence = '';
  for (let at = start; at < whole.length; ) {
    budget();
    const end = windowEnd(whole, at);
    const lexer = new BlockLexer();
    const found = lexer.lex(fence + whole.slice(at, end));
    // The last block of a window may continue after it, so it is left to the next window; one that fills its window is cut.
    const blocks = end === whole.length || found.length === 1 ? found : found.slice(0, -1);
    for (const block of blocks) yield* reader.read(block, (label) => lexer.defines(label));
    const read = blocks.reduce((sum, { raw }) => sum + raw.length, 0) - fence.length;
    fence = found.length === 1 ? openFence(found[0]?.raw ?? '') : '';
    at = blocks === found ? end : at + read;
  }
}

/** The opening line of a fenced block of code that has no end yet. */
function openFence(block: string): string {
  const [opening = '', mark = ''] = /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))[^\n]*\n/.exec(block) ?? [];
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
