import { isRecord } from '../json.ts';
import { contentWords, words } from '../text/words.ts';
import { fillArguments, type Property, propertiesOf, typesOf } from '../tools/arguments.ts';
import type { Task } from './request.ts';
import type { OfferedTool } from './toolbox.ts';

const queryName = /query|question|search|text|keyword|phrase|prompt|topic|^q$/i;
const idName = /ids?$/i;
const waitName = /wait/i;
const asksToWait = /\b(?:wait|until|once it is|when it is (?:done|ready|finished))\b/iu;
const countName = /top_?k|limit|count|max|number|size/i;

/**
 * Arguments for a tool by its schema and the user's words.
 * @param ids that it may be about
 * @returns undefined when the words do not hold what the tool needs
 */
export function argumentsFor(tool: OfferedTool, task: Task, ids: readonly string[]) {
  const hasQuery = propertiesOf(tool.schema).some((property) => isQuery(property));
  return fillArguments(tool.schema, (property) => suggest(property, { tool, task, ids, hasQuery }));
}

interface Known {
  readonly tool: OfferedTool;
  readonly task: Task;
  readonly ids: readonly string[];
  readonly hasQuery: boolean;
}

function suggest(property: Property, known: Known): unknown {
  const { schema, required } = property;
  const types = typesOf(schema);
  if (Array.isArray(schema.enum)) return chosen(schema.enum, property, known);
  if (types.includes('string')) return suggestText(property, known);
  if (types.includes('array')) return suggestList(property, known);
  if (types.includes('integer') || types.includes('number')) return suggestNumber(property, known);
  if (types.includes('boolean')) return required ? (schema.default ?? false) : undefined;
  return undefined;
}

const isQuery = ({ name, schema }: Property) =>
  typesOf(schema).includes('string') && !isId({ name, schema }) && queryName.test(name);

const isId = ({ name, schema }: Pick<Property, 'name' | 'schema'>) =>
  schema.format === 'uuid' || /id$/i.test(name) || String(schema.pattern ?? '').includes('[0-9a-f');

/** The value the user's words name, else for a required one its default or the first. */
function chosen(allowed: readonly unknown[], { schema, required }: Property, { task }: Known): unknown {
  const named = allowed.find((value) =>
    contentWords(String(value)).some((word) => task.subject.includes(word)),
  );
  return named ?? (required ? (schema.default ?? allowed[0]) : undefined);
}

function suggestText(property: Property, { tool, task, ids, hasQuery }: Known): string | undefined {
  const { schema, required } = property;
  if (isId(property)) return required || !hasQuery ? ids[0] : undefined;
  const longest = typeof schema.maxLength === 'number' ? schema.maxLength : Number.POSITIVE_INFINITY;
  if (isQuery(property)) return task.question.slice(0, longest) || undefined;
  if (!required) return undefined;
  // Without a telling name it gets what the user talks about beside the tool itself: "weather in Paris" → "paris".
  const rest = words(task.question).filter((word) => {
    const [subject] = contentWords(word);
    return subject !== undefined && !tool.nameStems.includes(subject);
  });
  return rest.join(' ').slice(0, longest) || undefined;
}

function suggestList({ name, schema, required }: Property, { task, ids }: Known): unknown {
  const items = isRecord(schema.items) ? schema.items : {};
  if (idName.test(name) || items.format === 'uuid') return ids.length > 0 ? ids : undefined;
  if (Array.isArray(items.enum)) {
    const named = items.enum.filter((value) =>
      contentWords(String(value)).some((word) => task.subject.includes(word)),
    );
    return required && named.length === 0 ? items.enum : undefined;
  }
  return required ? task.subject : undefined;
}

/** A number is taken from the user's words only where they name it: "the top 3". */
function suggestNumber({ name, schema, required }: Property, { task }: Known): number | undefined {
  const named = countName.test(name)
    ? /\b(?:top|first|best|last) (\d{1,4})\b/i.exec(task.question)?.[1]
    : undefined;
  const { minimum, maximum } = schema;
  const least = typeof minimum === 'number' ? minimum : Number.NEGATIVE_INFINITY;
  const most = typeof maximum === 'number' ? maximum : Number.POSITIVE_INFINITY;
  if (waitName.test(name)) return asksToWait.test(task.question) && Number.isFinite(most) ? most : undefined;
  if (named !== undefined) return Math.min(most, Math.max(least, Number(named)));
  if (!required) return undefined;
  const first = /\d+(?:\.\d+)?/.exec(task.question)?.[0];
  if (first !== undefined) return Number(first);
  return typeof schema.default === 'number' ? schema.default : Number.isFinite(least) ? least : undefined;
}
