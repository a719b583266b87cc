import { decoderOf } from './decoder.ts';
import {
  commonShare,
  eastAsianShare,
  hasTextualZeros,
  hasWesternWords,
  letterShare,
  mayBeText,
} from './plausible.ts';

export interface Guess {
  readonly name: string;
  readonly text: string;
}

/** What is known of bytes whose encoding nothing names: the text, or the most likely encoding of one that cannot be told. */
export type Guessed = Guess | { readonly name?: string; readonly text?: undefined };

/** Share of common characters from which on bytes are UTF-16 or UTF-32, and of East Asian ones when there is no zero byte. */
const [wideShare, wideEastAsianShare] = [0.95, 0.9];
/** Characters of a text without zero bytes, at least, that is taken for UTF-16. */
const wideChars = 16;

/** Reads text in UTF-16 or UTF-32 without a byte order mark. Only such text has bytes that are zero. */
export function guessWide(bytes: Uint8Array, isCut: boolean): Guess | undefined {
  const hasZero = bytes.includes(0);
  const names = hasZero ? ['utf-32le', 'utf-32be', 'utf-16le', 'utf-16be'] : ['utf-16le', 'utf-16be'];
  const guesses = names.flatMap((name) => {
    const text = decoderOf(name)?.decode(bytes, isCut);
    if (!text || !mayBeText(text)) return [];
    const share = commonShare(text);
    const isLikely =
      share >= wideShare &&
      (hasZero
        ? hasTextualZeros(text)
        : text.length >= wideChars && eastAsianShare(text) >= wideEastAsianShare);
    return isLikely ? [{ name, text, share }] : [];
  });
  return guesses.sort((one, other) => other.share - one.share)[0];
}

/** Bytes of the words that the detector reads, at most, and those below which it reads the ASCII text around them too. */
const [sampleBytes, fewBytes] = [64 * 1024, 40];
/** Confidence of the detector, of 100, from which on it is believed: for encodings of several bytes, of one, and for the alphabet of Western
 * Europe, which it shares among many encodings. */
const [multibyteConfidence, singleConfidence, latinConfidence] = [30, 30, 16];
const singleByte = /^(?:windows-|iso-8859-|koi8-|ibm|macintosh|x-mac)/;
const letterShareLeast = 0.7;

/** Candidates of the detector that are tried, at most. */
const mostCandidates = 8;

/**
 * Guesses an encoding of bytes that are not UTF-8, by the detector `chardet` and by what its words would be.
 * @param isCut the bytes are the start of a file
 */
export async function guess(bytes: Uint8Array, isCut: boolean): Promise<Guessed> {
  const words = wordsBeyondAscii(bytes);
  if (isDamagedUtf8(words)) return { name: 'utf-8' };
  const western = isWestern(bytes, words) ? read('windows-1252', bytes, isCut) : undefined;
  if (western) return western;
  // The bundle of a function gives a CommonJS package its default export only.
  const { default: chardet } = await import('chardet');
  const found = chardet.analyse(words.length < fewBytes ? bytes.subarray(0, sampleBytes) : words);
  let likely: string | undefined;
  for (const { name: label, confidence } of found.slice(0, mostCandidates)) {
    const name = decoderOf(label)?.name;
    if (name === undefined || !isPlausible(name, words)) continue;
    likely ??= name;
    const guessed = confidence >= neededConfidence(name) ? read(name, bytes, isCut) : undefined;
    if (guessed) return guessed;
    break;
  }
  return guessWide(bytes, isCut) ?? (likely === undefined ? {} : { name: likely });
}

function read(name: string, bytes: Uint8Array, isCut: boolean): Guess | undefined {
  const text = decoderOf(name)?.decode(bytes, isCut);
  return text !== undefined && mayBeText(text) ? { name, text } : undefined;
}

/** Share of characters beyond ASCII from which on they are UTF-8, though other bytes are not. */
const utf8Share = 0.9;

/** Whether words are UTF-8 with a few damaged bytes: as another encoding they would be garbage. */
function isDamagedUtf8(words: Uint8Array): boolean {
  const found = new TextDecoder('utf-8').decode(words).match(/\P{ASCII}/gu) ?? [];
  const damaged = found.filter((char) => char === '\ufffd').length;
  return found.length > damaged && damaged <= found.length * (1 - utf8Share);
}

/** Share of bytes beyond ASCII up to which a text may be in a language of Western Europe. */
const westernShare = 0.25;

function isWestern(bytes: Uint8Array, words: Uint8Array): boolean {
  const count = (some: Uint8Array) => some.reduce((sum, byte) => sum + (byte < 0x80 ? 0 : 1), 0);
  return count(bytes) <= bytes.length * westernShare && isPlausible('windows-1252', words);
}

function isPlausible(name: string, words: Uint8Array): boolean {
  const text = decoderOf(name)?.decode(words, true);
  if (text === undefined || !mayBeText(text)) return false;
  if (name === 'windows-1252') return hasWesternWords(text);
  return !singleByte.test(name) || letterShare(text) >= letterShareLeast;
}

function neededConfidence(name: string): number {
  if (name === 'windows-1252' || name === 'windows-1254') return latinConfidence;
  return singleByte.test(name) ? singleConfidence : multibyteConfidence;
}

/** The words with bytes beyond ASCII: in a text that is mostly ASCII, a detector otherwise counts its letters only. */
function wordsBeyondAscii(bytes: Uint8Array): Uint8Array {
  const words: Uint8Array[] = [];
  let [start, length, isBeyond] = [0, 0, false];
  for (let at = 0; at <= bytes.length && length < sampleBytes; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80) isBeyond = true;
    // No character of several bytes holds a space or a control character.
    if (byte > 0x20) continue;
    if (isBeyond) {
      const word = bytes.subarray(start, Math.min(at + 1, start + sampleBytes - length));
      words.push(word);
      length += word.length;
    }
    [start, isBeyond] = [at + 1, false];
  }
  return Buffer.concat(words);
}
