import { DomainError } from '../../domain/errors.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { DocumentPart, SourceFile } from '../blocks/block.ts';
import { charsetOfFont, charsetOfPage } from './charsets.ts';
import { RtfBlocks } from './rtf-blocks.ts';
import { type RtfToken, rtfTokens } from './rtf-tokens.ts';

/** Tokens between two looks at the budget. */
const tokensAtOnce = 5000;
/** Groups that may be open, one in the other. */
const maxDepth = 1000;

/** Groups without text of the document; those that begin with `\*` are left out too. */
const unread = new Set(
  (
    'colortbl stylesheet pict fldinst header headerl headerr headerf footer footerl footerr footerf listtext pntext ' +
    'annotation atnid atnauthor bkmkstart bkmkend xe tc rxe txe nonshppict sp datafield objdata filetbl revtbl ftnsep ftnsepc'
  ).split(' '),
);
/** Facts that are read from the group `\info`. */
const facts = new Set(['title', 'author']);

const signs: Readonly<Record<string, string>> = {
  ...{ tab: ' ', line: '\v', emdash: '—', endash: '–', bullet: '•', lquote: '‘', rquote: '’' },
  ...{ ldblquote: '“', rdblquote: '”', emspace: ' ', enspace: ' ', qmspace: ' ', cell: '', nestcell: '' },
};

/** What holds until the end of a group. */
interface Group {
  isRead: boolean;
  isHidden: boolean;
  /** Number of its font. */
  font: number | undefined;
  /** Characters that stand for a `\u` where Unicode is unknown. */
  fallback: number;
  /** The group of this name is open: its text is a fact. */
  target: string;
}

/**
 * The paragraphs and tables of a document in the Rich Text Format, in the encodings of its fonts.
 * @throws DomainError `unsupported-media` when it is none
 * @param budget looked at before each few thousand tokens
 */
export function* readRtf({ bytes }: SourceFile, budget: WorkBudget): Generator<DocumentPart> {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!/^\s{0,100}\{\\rtf/.test(source)) throw refused('The document is not in the Rich Text Format.');
  const reader = new RtfReader();
  let count = 0;
  for (const token of rtfTokens(source)) {
    if (count % tokensAtOnce === 0) budget();
    count += 1;
    reader.take(token);
    yield* reader.blocks.take();
  }
  reader.blocks.end();
  yield { kind: 'about', ...reader.about };
  yield* reader.blocks.take();
}

class RtfReader {
  readonly blocks = new RtfBlocks();
  readonly about: Record<string, string> = {};
  readonly #open: Group[] = [];
  #group: Group = { isRead: true, isHidden: false, font: undefined, fallback: 1, target: '' };
  readonly #fonts = new Map<number, string>();
  #page = 'windows-1252';
  #default: number | undefined;
  /** Characters to leave out after a `\u`. */
  #skipped = 0;
  /** The group began with `\*`. */
  #isOptional = false;

  take(token: RtfToken): void {
    if (token.kind === 'open') {
      if (this.#open.length >= maxDepth) throw refused('The document is nested too deeply to be read.');
      this.#open.push(this.#group);
      this.#group = { ...this.#group };
      this.#skipped = 0;
    } else if (token.kind === 'close') {
      const { target } = this.#group;
      this.#group = this.#open.pop() ?? this.#group;
      if (target === 'footnote' && this.#group.target !== target) this.blocks.endNote();
      this.#skipped = 0;
    } else if (token.kind === 'bytes') this.#bytes(token);
    else if (token.kind === 'symbol') this.#symbol(token.name);
    else this.#word(token.name, token.value);
    this.#isOptional = token.kind === 'symbol' && token.name === '*';
  }

  #bytes({ bytes }: { readonly bytes: string }): void {
    const text = bytes.slice(this.#skipped);
    this.#skipped -= bytes.length - text.length;
    if (text !== '') this.#add(text);
  }

  #add(bytes: string): void {
    const { isRead, isHidden, target, font = this.#default } = this.#group;
    if (facts.has(target)) {
      this.about[target] = ((this.about[target] ?? '') + bytes).slice(0, 1000);
    } else if (isRead && !isHidden) {
      this.blocks.bytes(bytes, (font === undefined ? undefined : this.#fonts.get(font)) ?? this.#page);
    }
  }

  #symbol(name: string): void {
    if (name === '~') this.#text('\u00a0');
    else if (name === '_') this.#text('-');
    else if (name === '\n' || name === '\r') this.#word('par', undefined);
    else if ('\\{}'.includes(name)) this.#bytes({ bytes: name });
  }

  #text(text: string): void {
    const { isRead, isHidden, target } = this.#group;
    if (facts.has(target)) this.about[target] = ((this.about[target] ?? '') + text).slice(0, 1000);
    else if (isRead && !isHidden) this.blocks.text(text);
  }

  #word(name: string, value: number | undefined): void {
    const group = this.#group;
    if (name === 'u') {
      this.#skipped = 0;
      this.#text(String.fromCharCode((value ?? 0) & 0xffff));
      this.#skipped = group.fallback;
    } else if (name === 'uc') group.fallback = Math.max(0, Math.min(value ?? 1, 100));
    else if (name === 'ansicpg') this.#page = charsetOfPage(value ?? 1252);
    else if (name === 'mac') this.#page = 'macintosh';
    else if (name === 'deff') this.#default = value;
    else if (name === 'f') group.font = value;
    else if (name === 'fcharset') {
      const charset = charsetOfFont(value ?? 0);
      if (group.font !== undefined && charset) this.#fonts.set(group.font, charset);
    } else if (name === 'v' || name === 'deleted') group.isHidden = value !== 0;
    else if (name === 'plain') group.isHidden = false;
    else if (name === 'shptxt') group.isRead = true;
    else if (name === 'fonttbl' || name === 'info' || unread.has(name)) this.#leaveOut(name);
    else if (facts.has(name) && group.target === 'info') group.target = name;
    else if (name === 'footnote') {
      group.target = name;
      this.blocks.startNote();
    } else if (this.#isOptional && name !== 'shppict') this.#leaveOut(name);
    else if (Object.hasOwn(signs, name) && signs[name] !== '') this.#text(signs[name] ?? '');
    else if (group.isRead) this.blocks.word(name, value);
  }

  #leaveOut(name: string): void {
    this.#group.isRead = false;
    this.#group.target = name;
  }
}

const refused = (what: string) =>
  new DomainError('unsupported-media', `${what} Save it again, for example as DOCX or PDF, and upload that.`);
