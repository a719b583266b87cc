import { charsetOf, toMediaType } from '@nova/shared/media-types';
import { markedEncoding, pageEncoding } from './declared.ts';
import { decoderOf } from './decoder.ts';
import { guess, guessWide } from './guess.ts';
import { mayBeText } from './plausible.ts';

export interface EncodedText {
  readonly bytes: Uint8Array;
  /** As it was registered, with its parameters: `text/plain; charset=shift_jis`. */
  readonly contentType: string;
  /** The bytes are only the start of the file. */
  readonly isCut?: boolean;
}

/** A text, and whether something names its encoding; or a fault and its remedy, as a sentence about "the file". */
export type Decoded =
  | { readonly text: string; readonly encoding: string; readonly isCertain: boolean }
  | { readonly text?: undefined; readonly fault: 'binary' | 'charset' | 'unknown'; readonly detail: string };

/** Escape sequences of ISO-2022-JP (RFC 1468). */
const escapes = ['\u001b$@', '\u001b$B', '\u001b(J', '\u001b(I'];

/**
 * Decodes a text. A byte order mark names its encoding, otherwise the `charset` of its content type, otherwise the page itself;
 * each is checked. Otherwise the encoding is detected. A text has no zero bytes but in UTF-16 and UTF-32.
 */
export async function readEncoded({ bytes, contentType, isCut = false }: EncodedText): Promise<Decoded> {
  const marked = markedEncoding(bytes);
  if (marked) return named(bytes, marked, isCut, `a byte order mark of ${marked.toUpperCase()}`);
  const charset = charsetOf(contentType);
  if (charset) return named(bytes, charset, isCut, `charset=${charset}`);
  return (isPage(contentType) ? readByMeta(bytes, isCut) : undefined) ?? detected(bytes, isCut, contentType);
}

/** Pages and XML name their encoding in their first bytes. */
const isPage = (contentType: string) =>
  /^(?:text\/html|application\/xml)$/.test(toMediaType(contentType) ?? '');

/** The text in an encoding that something names, if it is in that encoding. */
function named(bytes: Uint8Array, label: string, isCut: boolean, by: string): Decoded {
  const decoder = decoderOf(label);
  const text = decoder?.decode(bytes, isCut);
  if (decoder && text !== undefined && !text.includes('\0')) {
    return { text, encoding: decoder.name, isCertain: true };
  }
  return {
    fault: 'charset',
    detail: `has ${by}, but is not text in that encoding; correct it or leave it out, and upload the file again.`,
  };
}

/** A page whose `<meta>` is wrong is read as if it had none. */
function readByMeta(bytes: Uint8Array, isCut: boolean): Decoded | undefined {
  const label = pageEncoding(bytes);
  const found = label === undefined ? undefined : named(bytes, label, isCut, 'meta');
  return found?.text === undefined ? undefined : found;
}

async function detected(bytes: Uint8Array, isCut: boolean, contentType: string): Promise<Decoded> {
  if (bytes.includes(0)) {
    const wide = guessWide(bytes, isCut);
    return wide ? { ...wide, encoding: wide.name, isCertain: true } : binary;
  }
  const utf8 = decoderOf('utf-8')?.decode(bytes, isCut);
  if (utf8 !== undefined)
    return { text: iso2022Of(utf8, bytes, isCut) ?? utf8, encoding: 'utf-8', isCertain: true };
  const found = await guess(bytes, isCut);
  if (found.text !== undefined) return { text: found.text, encoding: found.name, isCertain: false };
  return found.name === undefined ? unknown(contentType) : unknown(contentType, found.name);
}

/** ISO-2022-JP is ASCII with escape sequences. */
function iso2022Of(ascii: string, bytes: Uint8Array, isCut: boolean): string | undefined {
  if (!escapes.some((sequence) => ascii.includes(sequence))) return undefined;
  const text = decoderOf('iso-2022-jp')?.decode(bytes, isCut);
  return text !== undefined && mayBeText(text) ? text : undefined;
}

const binary: Decoded = {
  fault: 'binary',
  detail:
    'is not text: it has zero bytes, which only UTF-16 and UTF-32 have. Upload the file in its own format, or save it as text.',
};

function unknown(contentType: string, likely?: string): Decoded {
  const type = contentType.split(';')[0]?.trim() ?? 'text/plain';
  const example = `${type}; charset=${likely ?? 'shift_jis'}`;
  if (likely === 'utf-8') {
    return {
      fault: 'unknown',
      detail:
        'is UTF-8 text with bytes that are not UTF-8; save it as UTF-8 and upload it again, or register it with its encoding, as in `contentType: "text/plain; charset=windows-1252"`.',
    };
  }
  const found = likely === undefined ? '' : ` It may be ${likely}.`;
  return {
    fault: 'unknown',
    detail: `is not UTF-8 text, and its encoding cannot be told.${found} Register it again with its encoding, as in \`contentType: "${example}"\`, or save it as UTF-8 and upload it again.`,
  };
}
