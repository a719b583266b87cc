/**
 * Hundredths of a token that a UTF-16 code unit counts, by its script. Nova's tokenizer is not public, so this is an estimate: Latin text
 * has 4.7 characters a token (Amazon Bedrock user guide, "Amazon Titan Text Embeddings models", for English), and tokenizers make
 * about one token of an ideograph, a kana or a Hangul syllable, and about one of two letters of the scripts between.
 */
const [latin, alphabetic, ideographic] = [21, 50, 100];

/** First code units after Latin with its marks, and of the scripts of East Asia. */
const [alphabetsFrom, ideographsFrom] = [0x0250, 0x2e80];

const weightOf = (code: number) => {
  if (code < alphabetsFrom) return latin;
  return code < ideographsFrom ? alphabetic : ideographic;
};

/** Hundredths of tokens of a text, estimated by the scripts of its characters. */
export function weigh(text: string): number {
  let weight = 0;
  for (let at = 0; at < text.length; at += 1) weight += weightOf(text.charCodeAt(at));
  return weight;
}

/**
 * The longest start of a text that weighs no more than a limit; at least one character, and never half of a surrogate pair.
 * @returns its end
 */
export function weighedEnd(text: string, start: number, limit: number): number {
  let [at, weight] = [start, 0];
  while (at < text.length) {
    const length = (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    weight += length * weightOf(text.charCodeAt(at));
    if (weight > limit && at > start) break;
    at += length;
  }
  return at;
}
