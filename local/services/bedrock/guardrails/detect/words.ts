/** A small part of what Bedrock's managed list holds: enough to see it work. */
const profanity = [
  'fuck',
  'fucking',
  'fucked',
  'motherfucker',
  'shit',
  'bullshit',
  'bitch',
  'asshole',
  'bastard',
  'cunt',
  'dickhead',
];

const managedLists: Readonly<Record<string, readonly string[]>> = { PROFANITY: profanity };

/** The words of a managed list that a text uses. */
export const findManaged = (type: string, text: string) =>
  (managedLists[type] ?? []).flatMap((word) => findWord(word, text));

/** Where a text uses a word or phrase on its own, as it stands there; case does not matter. */
export function findWord(word: string, text: string): string[] {
  const literal = word
    .trim()
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\s+/g, '\\s+');
  if (literal === '') return [];
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'giu');
  return [...text.matchAll(whole)].map(([match]) => match);
}
