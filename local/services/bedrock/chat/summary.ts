import { isRecord } from '../json.ts';
import { idsIn } from './conversation.ts';
import { factsIn } from './memory.ts';

/** How a caller requests a summary; the conversation follows as lines of JSON. */
const asksForSummary = /^Summarise the conversation in at most (?<most>\d+) characters/u;

/** Characters of a message that is no fact, in a summary. */
const longestQuestion = 80;

/**
 * A summary of a conversation by fixed rules: the users' statements about themselves verbatim, their questions shortened,
 * and the ids that answers named.
 * @param message the request, with the conversation in it
 * @returns undefined when it asks for no summary
 */
export function summarise(message: string): string | undefined {
  const most = asksForSummary.exec(message)?.groups?.most;
  if (most === undefined) return undefined;
  const lines = message.split('\n').flatMap(lineOf);
  const facts = lines.filter(isFact);
  const rest = lines.filter((line) => !isFact(line));
  const kept: string[] = [];
  let left = Number(most);
  // Facts first, then the newest questions: the oldest questions are left out.
  for (const line of [...facts, ...rest.toReversed()]) {
    if (line.length + 1 > left) break;
    kept.push(line);
    left -= line.length + 1;
  }
  return [...new Set(lines)].filter((line) => kept.includes(line)).join('\n');
}

const factMark = 'The user said: ';
const isFact = (line: string) => line.startsWith(factMark);

/** The lines of a summary for one line of the conversation, or for the summary before it. */
function lineOf(text: string): string[] {
  const line = jsonIn(text);
  if (typeof line?.summary === 'string') return line.summary.split('\n').filter(Boolean);
  if (typeof line?.user !== 'string') return [];
  const user = line.user.replace(/\s+/gu, ' ').trim();
  const ids = idsIn(typeof line.assistant === 'string' ? line.assistant : '');
  const named = ids.length > 0 ? ` It was about [${ids.join('] [')}].` : '';
  const shortened =
    user.length > longestQuestion ? `${user.slice(0, longestQuestion).toWellFormed()}…` : user;
  return [factsIn(user).size > 0 ? `${factMark}“${user}”` : `The user asked: “${shortened}”${named}`];
}

function jsonIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
