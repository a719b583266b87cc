import { standInNote } from '../stand-in.ts';
import { contentWords } from '../text/words.ts';
import type { Conversation, Turn } from './conversation.ts';

/** What the stand-in remembers of a conversation: its messages, and facts that users state about themselves. */

/** `name` → `Ada`, `favourite colour` → `blue`. */
type Facts = ReadonlyMap<string, string>;

const aboutMine =
  /\bmy ([\p{L}'’ -]{2,40}?) (?:is|are|was) ([^.!?,;\n]{1,80}?)(?=\s+and (?:my|i)\b|[.!?,;\n]|$)/giu;
/** Its case counts: `I'm Ada` names somebody, `I'm tired` does not. */
const callMe =
  /\b(?:[Ii] am|[Ii]['’]m|[Cc]all me|[Nn]ame['’]?s) (\p{Lu}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*)?)/gu;
const japaneseName = /(?:私|僕|わたし)の名前は([^\s。、！？?]{1,20}?)(?:です|だ|。|$)/gu;

/** Facts in a message; a question holds none. */
export function factsIn(message: string): Map<string, string> {
  const facts = new Map<string, string>();
  if (/[?？]\s*$/u.test(message)) return facts;
  for (const [, name = ''] of message.matchAll(callMe)) facts.set('name', name);
  for (const [, name = ''] of message.matchAll(japaneseName)) facts.set('name', name);
  for (const [, subject = '', value = ''] of message.matchAll(aboutMine))
    facts.set(subject.toLowerCase(), value.trim());
  return facts;
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];
const askedBefore =
  /\bwhat (?:did|have) i (?:just |first |last )?(?:ask|asked|say|said|tell|told|write|written)\b|\bwhat (?:was|were|is) my (?:very )?(?:first |second |third |last |previous |earlier )?(?:question|message|request)s?\b/iu;
const saidBefore =
  /\bwhat (?:did|have) you (?:just )?(?:say|said|answer|answered|reply|replied|tell|told)\b/iu;
const asksMine =
  /\b(?:what(?:['’]s| is| was| are)|do you (?:know|remember)|tell me|remind me(?: of)?) my ([\p{L}'’ -]{2,40}?)\s*(?:\?|$)/iu;
const asksName = /\bwho am i\b|(?:私|僕|わたし)の名前は(?:何|なん|わか|覚え|[?？]|$)/iu;

/**
 * An answer from the conversation itself.
 * @returns undefined when the question is about something else, or about something that no message holds
 */
export function recall({ earlier, current }: Conversation): string | undefined {
  const { message } = current;
  if (askedBefore.test(message)) return recallQuestion(earlier, message);
  if (saidBefore.test(message)) {
    const last = earlier.at(-1)?.reply.replace(standInNote, '').trim();
    return last ? `I said: “${last}”` : 'I have not said anything in this conversation yet.';
  }
  const facts = factsOf(earlier);
  if (asksName.test(message)) {
    const name = facts.get('name');
    return name ? `You are ${name}.` : 'You have not told me your name.';
  }
  const subject = asksMine.exec(message)?.[1]?.toLowerCase();
  if (subject === undefined) return undefined;
  const known = [...facts].find(([name]) => contentWords(name).join(' ') === contentWords(subject).join(' '));
  if (known) return `You told me: your ${known[0]} is ${known[1]}.`;
  return subject === 'name' ? 'You have not told me your name.' : undefined;
}

/** The question under which a caller puts a summary before the conversation. */
const standsForEarlier = 'What have we talked about so far?';

function recallQuestion(earlier: readonly Turn[], message: string): string {
  const [first, ...rest] = earlier;
  if (first?.message === standsForEarlier) return recallWithSummary(first.reply, rest, message);
  if (earlier.length === 0) return 'Nothing: this is the first message of our conversation.';
  if (/\b(?:questions|messages|requests|so far)\b/iu.test(message)) {
    return `So far you said:\n${earlier.map((turn, index) => `${index + 1}. ${turn.message}`).join('\n')}`;
  }
  const place = ordinals.findIndex((ordinal) => message.toLowerCase().includes(ordinal));
  const turn = place < 0 ? earlier.at(-1) : earlier[place];
  if (!turn) return `We have not come that far: you have sent ${earlier.length} messages before this one.`;
  return `You ${place < 0 ? 'last' : ordinals[place]} said: “${turn.message}”`;
}

/** Only a summary of the beginning is known, so messages cannot be counted from there. */
function recallWithSummary(summary: string, since: readonly Turn[], message: string): string {
  const last = since.at(-1);
  const fromTheStart = /\b(?:questions|messages|requests|so far)\b/iu.test(message);
  const counted = ordinals.some((ordinal) => message.toLowerCase().includes(ordinal));
  if (last && !fromTheStart && !counted) return `You last said: “${last.message}”`;
  const listed = since.map((turn) => `- ${turn.message}`).join('\n');
  return `Of the beginning I have a summary only:\n${summary}\n\nSince then you said:\n${listed}`;
}

/** Facts in messages, and in the messages that a summary quotes. */
function factsOf(turns: readonly Turn[]): Facts {
  return new Map(
    turns.flatMap(({ message, reply }) =>
      [message, ...statedFacts(reply)].flatMap((words) => [...factsIn(words)]),
    ),
  );
}

/** The users' statements in a summary that the stand-in made. */
const statedFacts = (summary: string) =>
  [...summary.matchAll(/^The user said: “(.*)”$/gmu)].map(([, words = '']) => words);
