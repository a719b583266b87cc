/** Scripts that one language alone uses, or nearly so. */
const scripts: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Han}/u, 'zh'],
  [/\p{Script=Cyrillic}/u, 'ru'],
  [/\p{Script=Arabic}/u, 'ar'],
  [/\p{Script=Devanagari}/u, 'hi'],
];

/** Small words that distinguish languages in Latin script. */
const smallWords: Readonly<Record<string, RegExp>> = {
  en: /\b(the|and|is|are|of|to|you|we|hello|good)\b/giu,
  de: /\b(der|die|das|und|ist|nicht|ich|wir|sie)\b/giu,
  fr: /\b(le|la|les|et|est|nous|vous|je|pas)\b/giu,
  es: /\b(el|los|las|y|es|nosotros|que|por|una)\b/giu,
  it: /\b(il|gli|che|sono|di|non|per|una)\b/giu,
  pt: /\b(o|os|as|e|não|que|uma|você|para)\b/giu,
};

/**
 * The language of a text by its script, then by its small words.
 * @returns a language tag (BCP 47); `und` where neither decides
 */
export function languageOf(text: string): string {
  const byScript = scripts.find(([script]) => script.test(text));
  if (byScript) return byScript[1];
  const counts = Object.entries(smallWords).map(
    ([tag, words]) => [tag, text.match(words)?.length ?? 0] as const,
  );
  const [tag, count] = counts.reduce((best, next) => (next[1] > best[1] ? next : best));
  return count > 0 ? tag : 'und';
}
