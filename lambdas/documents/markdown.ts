import { marked, type Token } from 'marked';

/** Characters that are parsed at once: the lexer's tokens take up to a hundred times their memory. */
const windowChars = 64 * 1024;

/**
 * The text of a Markdown document, without its marks. A heading stays with the paragraph after it.
 * Source: CommonMark, and GitHub's tables.
 */
export function markdownText(source: string): string {
  const pieces: string[] = [];
  const whole = source.replace(/\r\n?/g, '\n');
  for (let at = 0; at < whole.length; ) {
    const end = windowEnd(whole, at);
    const found = marked.lexer(whole.slice(at, end));
    // The last block of a window may continue after it, so it is left to the next window; one that fills its window is cut.
    const blocks = end === whole.length || found.length === 1 ? found : found.slice(0, -1);
    pieces.push(blocks.map(blockText).join(''));
    at = blocks === found ? end : at + blocks.reduce((sum, { raw }) => sum + raw.length, 0);
  }
  return pieces.join('');
}

/** Windows end between two lines. */
function windowEnd(text: string, at: number): number {
  if (at + windowChars >= text.length) return text.length;
  const lineEnd = text.lastIndexOf('\n', at + windowChars) + 1;
  return lineEnd > at ? lineEnd : at + windowChars;
}

function blockText(block: Token): string {
  const text = plainText(block).trim();
  if (text === '') return '';
  return block.type === 'heading' ? `${text}\n` : `${text}\n\n`;
}

/** Kinds of tokens without text. */
const ignored = new Set(['html', 'hr', 'space', 'def']);

function plainText(token: Token): string {
  if (ignored.has(token.type)) return '';
  if (token.type === 'br') return ' ';
  if (token.type === 'list') return items(token).map(plainText).join('\n');
  if (token.type === 'table') return rows(token).join('\n');
  if ('tokens' in token && token.tokens?.length) {
    const between = isBlock(token.tokens) ? '\n' : '';
    return token.tokens.map(plainText).join(between);
  }
  if ('text' in token && typeof token.text === 'string') return unescaped(token.text);
  return '';
}

const items = (token: Token): Token[] => ('items' in token ? (token.items as Token[]) : []);

interface Cell {
  readonly tokens: readonly Token[];
}

function rows(token: Token): string[] {
  const { header = [], rows: body = [] } = token as { header?: readonly Cell[]; rows?: readonly Cell[][] };
  return [header, ...body].map((cells) =>
    cells.map((cell) => cell.tokens.map(plainText).join('')).join(', '),
  );
}

const isBlock = (tokens: readonly Token[]) =>
  tokens.some(({ type }) => type === 'paragraph' || type === 'list');

/** The lexer escapes these characters as HTML does. */
const unescaped = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
