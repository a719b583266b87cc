import { type Decoder, decoderOf } from './decoder.ts';
import {
  commonShare,
  eastAsianShare,
  hasWesternWords,
  isWestern,
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
      (hasZero || (text.length >= wideChars && eastAsianShare(text) >= wideEastAsianShare));
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

/**
 * Guesses an encoding of bytes that are not UTF-8, by the detector `chardet` and by what the text would be.
 * @param isCut the bytes are the start of a file
 */
export async function guess(bytes: Uint8Array, isCut: boolean): Promise<Guessed> {
  const sample = wordsBeyondAscii(bytes);
  const western = read(decoderOf('windows-1252'), bytes, isCut);
  if (western && isWestern(western.text)) return western;
  // The bundle of a function gives a CommonJS package its default export only.
  const { default: chardet } = await import('chardet');
  const found = chardet.analyse(sample.length < fewBytes ? bytes.subarray(0, sampleBytes) : sample);
  const candidates = found.flatMap(({ name, confidence }) => {
    const guessed = read(decoderOf(name), bytes, isCut);
    return guessed && isPlausible(guessed) ? [{ ...guessed, confidence }] : [];
  });
  const [best] = candidates;
  if (best && best.confidence >= neededConfidence(best.name)) return best;
  return guessWide(bytes, isCut) ?? (best ? { name: best.name } : {});
}

function read(decoder: Decoder | undefined, bytes: Uint8Array, isCut: boolean): Guess | undefined {
  const text = decoder?.decode(bytes, isCut);
  return decoder && text !== undefined && mayBeText(text) ? { name: decoder.name, text } : undefined;
}

function isPlausible({ name, text }: Guess): boolean {
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
      const word = bytes.subarray(start, at + 1);
      words.push(word);
      length += word.length;
    }
    [start, isBeyond] = [at + 1, false];
  }
  return Buffer.concat(words);
}
