import { contentWords, isFunctionWord, sentences, words } from '../text/words.ts';
import { type Conversation, idsIn, type Turn, withoutIds } from './conversation.ts';
import { factsIn } from './memory.ts';

/** What the user wants, as far as words tell. */
export type Request =
  | { readonly kind: 'greeting' | 'thanks' | 'abilities' | 'statement' }
  | { readonly kind: 'facts'; readonly facts: ReadonlyMap<string, string> }
  | Task;

export interface Task {
  readonly kind: 'task';
  /** The question, without ids, on its own feet: a follow-up carries the subject it is about. */
  readonly question: string;
  /** Stems of the words that carry its subject. */
  readonly subject: readonly string[];
  /** Ids the user named or points to, most telling first. */
  readonly ids: readonly string[];
}

const greeting =
  /^(?:hi|hello|hey|good (?:morning|afternoon|evening)|こんにちは|おはよう(?:ございます)?|こんばんは)(?:[ ,]+\w+)?[\s!.,！。]*$/iu;
const thanks =
  /^(?:ok(?:ay)?[, ]+)?(?:thanks|thank you|cheers|ありがとう(?:ございます)?)(?: (?:a lot|very much|so much|for .*))?[\s!.。！]*$/iu;
const abilities =
  /\b(?:who|what) are you\b|\bwhat can you do\b|\bhow (?:can|do) you (?:help|work)\b|^help[!.?]*$/iu;
const question = /[?？]|か[。]?\s*$|(?:教えて|下さい|ください|見せて|探して)/u;
const statement =
  /^(?:i|we|my|our|it['’]s|that['’]s|this is|yes|no|ok(?:ay)?)\b(?!.*\b(?:want|need|would like|looking for|wonder|search|find)\b)/iu;
const pronoun =
  /\b(?:it|its|that|this|these|those|they|them|their|he|him|his|she|her|there|one|ones)\b|それ|これ|その|彼/iu;
const goesOn = /^(?:and|also|what about|how about|why|how so|more|tell me more|go on|when|where|who)\b/iu;

/** Subject words from which on a question stands on its own feet. */
const enough = 3;

export function readRequest(conversation: Conversation): Request {
  const { message } = conversation.current;
  if (greeting.test(message)) return { kind: 'greeting' };
  if (thanks.test(message)) return { kind: 'thanks' };
  if (abilities.test(message)) return { kind: 'abilities' };
  if (!question.test(message)) {
    const facts = factsIn(message);
    if (facts.size > 0) return { kind: 'facts', facts };
    if (statement.test(message)) return { kind: 'statement' };
  }
  return readTask(conversation);
}

function readTask({ earlier, current, pointedTo }: Conversation): Task {
  const own = essence(current.message);
  const before = isFollowUp(own) ? previousSubject(earlier) : [];
  const question = [own, ...before].filter(Boolean).join(' ');
  return {
    kind: 'task',
    question,
    subject: contentWords(question),
    ids: [...new Set([...idsIn(current.message), ...pointedTo])],
  };
}

/** The questions in a message, or the whole message when it holds none. */
function essence(message: string): string {
  const questions = sentences(withoutIds(message)).filter((sentence) => /[?？]$/u.test(sentence));
  return questions.length > 0 ? questions.join(' ') : withoutIds(message);
}

function isFollowUp(message: string): boolean {
  const few = contentWords(message).length < enough;
  return few && (pronoun.test(message) || goesOn.test(message));
}

/** The words of the last question with its own subject. */
function previousSubject(earlier: readonly Turn[]): string[] {
  for (const { message } of earlier.toReversed()) {
    const own = essence(message);
    if (factsIn(message).size > 0 || greeting.test(message) || thanks.test(message) || isFollowUp(own))
      continue;
    const subject = words(own).filter((word) => !isFunctionWord(word));
    if (subject.length > 0) return subject;
  }
  return [];
}
