import type { ToolChoice } from '@aws-sdk/client-bedrock-runtime';
import { canonicalJson } from '../json.ts';
import { contentWords } from '../text/words.ts';
import { argumentsFor } from './arguments.ts';
import { type Conversation, idsIn } from './conversation.ts';
import type { Task } from './request.ts';
import type { OfferedTool } from './toolbox.ts';

export interface PlannedCall {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** Calls in one turn: far more than a plan needs, so a tool that leads on and on ends here. */
const mostCalls = 4;

/** Words about having or seeing something, which are not a subject. */
const looking = new Set(
  contentWords(
    `list show display available stored uploaded uploading current existing new latest recent newest many overview
    status state progress done finished ready doing going detail details summary summarise summarize describe transcript
    transcription analysis open read view about far yet still wait`,
  ),
);
const asksSearch = /\b(?:search|find|look (?:for|up)|mentions?|says?|about)\b|探|検索/iu;
const deictic = /\b(?:it|that|this|its)\b|それ|これ/iu;

/** The next tool calls, none when it is time to answer. Each call is made once in a turn, whatever its result. */
export function nextCalls(
  conversation: Conversation,
  task: Task,
  tools: readonly OfferedTool[],
  choice: ToolChoice | undefined,
): PlannedCall[] {
  const { exchanges } = conversation.current;
  const made = new Set(exchanges.map(({ name, input }) => canonicalJson([name, input])));
  const forced = exchanges.length === 0 ? forcedTools(choice, tools) : undefined;
  const wanted = (forced ?? wantedTools(task, tools)).flatMap((tool) =>
    callOf(tool, conversation, task, tools),
  );
  const fresh = new Map<string, PlannedCall>();
  for (const call of wanted) {
    const key = canonicalJson([call.name, call.input]);
    if (!made.has(key)) fresh.set(key, call);
  }
  const left = mostCalls - exchanges.length;
  return [...fresh.values()].slice(0, Math.max(0, forced ? Math.min(1, left) : left));
}

/** A caller may insist on a tool; `auto` leaves it to the plan. */
function forcedTools(
  choice: ToolChoice | undefined,
  tools: readonly OfferedTool[],
): OfferedTool[] | undefined {
  if (choice?.tool) return tools.filter(({ name }) => name === choice.tool?.name);
  if (choice?.any)
    return [...tools].sort((a, b) => Number(b.role === 'search') - Number(a.role === 'search'));
  return undefined;
}

function wantedTools(task: Task, tools: readonly OfferedTool[]): OfferedTool[] {
  const acting = tools.filter((tool) => tool.role === 'act' && isToldTo(task, tool));
  if (acting.length > 0) return acting.slice(0, 1);
  const looked = tools.filter((tool) => (tool.role === 'list' || tool.role === 'get') && isAbout(task, tool));
  const kind = task.ids.length > 0 || deictic.test(task.question) ? 'get' : 'list';
  const best = looked.filter(({ role }) => role === kind);
  if (looked.length > 0) return best.length > 0 ? best : looked;
  const searching = tools.filter(({ role }) => role === 'search');
  if (searching.length > 0) return task.question === '' ? [] : searching.slice(0, 1);
  return bestByWords(task, tools);
}

/** Words that set something going: "start the analysis" asks for one, "read the analysis" does not. */
const starting = /\b(?:start|begin|make|run|create|redo)\b/iu;

/** Whether the user orders what the tool's name says. */
function isToldTo({ subject, question }: Task, { ownStems }: OfferedTool): boolean {
  const isMeant = (word: string, name: string) =>
    word === name ? starting.test(question) : word.slice(0, 6) === name.slice(0, 6);
  return ownStems.some((name) => name.length > 4 && subject.some((word) => isMeant(word, name)));
}

/** Whether the question is about the tool's things themselves, not about their content. */
function isAbout({ subject, question }: Task, { nouns, ownStems }: OfferedTool): boolean {
  if (asksSearch.test(question) && !/\btell me about\b/i.test(question)) return false;
  if (ownStems.length > 0 && !subject.some((word) => ownStems.includes(word))) return false;
  return (
    subject.some((word) => nouns.has(word)) && subject.every((word) => nouns.has(word) || looking.has(word))
  );
}

function bestByWords({ subject }: Task, tools: readonly OfferedTool[]): OfferedTool[] {
  const shared = ({ description, nameStems }: OfferedTool) => {
    const known = new Set([...contentWords(description), ...nameStems]);
    return subject.filter((word) => known.has(word)).length;
  };
  const [best] = [...tools].sort((a, b) => shared(b) - shared(a));
  return best && shared(best) > 0 ? [best] : [];
}

/** The call of a tool; where it needs an id and none is known, the call of the tool that lists ids. */
function callOf(
  tool: OfferedTool,
  conversation: Conversation,
  task: Task,
  tools: readonly OfferedTool[],
): PlannedCall[] {
  const ids = tool.role === 'search' ? task.ids : [...task.ids, ...idsSeen(conversation)];
  const input = argumentsFor(tool, task, ids);
  if (input) return [{ name: tool.name, input }];
  const list = tools.find(
    ({ role, nouns }) => role === 'list' && [...nouns].some((noun) => tool.nouns.has(noun)),
  );
  const listing = list && list !== tool ? argumentsFor(list, task, []) : undefined;
  return list && listing ? [{ name: list.name, input: listing }] : [];
}

/** Ids that tools and replies have shown, newest first. */
function idsSeen({ earlier, current }: Conversation): string[] {
  const shown = (turn: Conversation['current']) =>
    idsIn(
      `${JSON.stringify(turn.exchanges.map(({ result }) => result?.values))} ${turn.message} ${turn.reply}`,
    );
  return [...new Set([current, ...earlier.toReversed()].flatMap(shown))];
}
