import { marked, type Token } from 'marked';

/**
 * What a Markdown document says, without its marks. A heading stands with the paragraph behind it.
 * Source: CommonMark, and GitHub's tables.
 */
export function markdownText(source: string): string {
  let text = '';
  for (const block of marked.lexer(source)) {
    const said = plain(block).trim();
    if (said !== '') text += block.type === 'heading' ? `${said}\n` : `${said}\n\n`;
  }
  return text;
}

/** Kinds of tokens that are not read aloud. */
const silent = new Set(['html', 'hr', 'space', 'def']);

function plain(token: Token): string {
  if (silent.has(token.type)) return '';
  if (token.type === 'br') return ' ';
  if (token.type === 'list') return items(token).map(plain).join('\n');
  if (token.type === 'table') return rows(token).join('\n');
  if ('tokens' in token && token.tokens?.length) {
    const between = isBlock(token.tokens) ? '\n' : '';
    return token.tokens.map(plain).join(between);
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
  return [header, ...body].map((cells) => cells.map((cell) => cell.tokens.map(plain).join('')).join(', '));
}

const isBlock = (tokens: readonly Token[]) =>
  tokens.some(({ type }) => type === 'paragraph' || type === 'list');

/** The lexer leaves these as HTML would have them. */
const unescaped = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
