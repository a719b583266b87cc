import { invalid } from './constraints.ts';
import { isPrimitive, type Metadata, type MetadataValue, type Primitive } from './metadata.ts';

/** Metadata filters (S3 user guide, "Metadata filtering"). */
export type Filter = (metadata: Metadata) => boolean;

type ValueTest = (value: MetadataValue | undefined) => boolean;

/** Levels of `$and` and `$or` inside each other. Our own: keeps a filter from exhausting the stack. */
const maxDepth = 64;

/**
 * Reads a filter.
 * @param nonFilterable keys of the index no filter may name
 * @throws ValidationException saying which part is wrong
 */
export function parseFilter(filter: unknown, nonFilterable: ReadonlySet<string>): Filter {
  return parseLevel(filter, nonFilterable, 0);
}

function parseLevel(filter: unknown, nonFilterable: ReadonlySet<string>, depth: number): Filter {
  if (!isObject(filter)) throw invalidFilter('a filter must be a JSON object');
  if (depth > maxDepth) throw invalidFilter(`$and and $or may be ${maxDepth} levels deep`);
  const entries = Object.entries(filter);
  if (entries.length === 0) throw invalidFilter('a filter must have a condition');
  const tests = entries.map(([name, condition]): Filter => {
    if (name === '$and' || name === '$or') return parseGroup(name, condition, nonFilterable, depth);
    if (name.startsWith('$')) throw invalidFilter(`${name} is not an operator between filters`);
    if (nonFilterable.has(name)) throw invalidFilter(`metadata key '${name}' is not filterable`);
    const test = parseCondition(name, condition);
    return (metadata) => test(Object.hasOwn(metadata, name) ? metadata[name] : undefined);
  });
  return (metadata) => tests.every((test) => test(metadata));
}

function parseGroup(
  name: '$and' | '$or',
  members: unknown,
  nonFilterable: ReadonlySet<string>,
  depth: number,
): Filter {
  if (!Array.isArray(members) || members.length === 0)
    throw invalidFilter(`${name} must be a non-empty list of filters`);
  const tests = members.map((member) => parseLevel(member, nonFilterable, depth + 1));
  return name === '$and'
    ? (metadata) => tests.every((test) => test(metadata))
    : (metadata) => tests.some((test) => test(metadata));
}

function parseCondition(name: string, condition: unknown): ValueTest {
  if (isPrimitive(condition)) return equals(condition);
  if (!isObject(condition) || Object.keys(condition).length === 0) {
    throw invalidFilter(`the condition on '${name}' must be a value or an object of operators`);
  }
  const tests = Object.entries(condition).map(([operator, operand]) => {
    const build = operators[operator];
    if (!build) throw invalidFilter(`${operator} on '${name}' is not an operator`);
    return build(operand, `${operator} on '${name}'`);
  });
  return (value) => tests.every((test) => test(value));
}

const operators: Readonly<Record<string, (operand: unknown, where: string) => ValueTest>> = {
  $eq: (operand, where) => equals(primitive(operand, where)),
  $ne: (operand, where) => not(equals(primitive(operand, where))),
  $gt: comparison((value, limit) => value > limit),
  $gte: comparison((value, limit) => value >= limit),
  $lt: comparison((value, limit) => value < limit),
  $lte: comparison((value, limit) => value <= limit),
  $in: (operand, where) => oneOf(primitives(operand, where)),
  $nin: (operand, where) => not(oneOf(primitives(operand, where))),
  $exists: (operand, where) => {
    if (typeof operand !== 'boolean') throw invalidFilter(`${where} must be true or false`);
    return (value) => (value !== undefined) === operand;
  },
};

/** A list matches when one of its elements is the value. */
function equals(wanted: Primitive): ValueTest {
  return (value) => (Array.isArray(value) ? value.includes(wanted) : value === wanted);
}

function oneOf(wanted: readonly Primitive[]): ValueTest {
  const tests = wanted.map(equals);
  return (value) => tests.some((test) => test(value));
}

/** The opposite of a test, also for a missing value. */
const not =
  (test: ValueTest): ValueTest =>
  (value) =>
    !test(value);

function comparison(holds: (value: number, limit: number) => boolean) {
  return (limit: unknown, where: string): ValueTest => {
    if (typeof limit !== 'number') throw invalidFilter(`${where} must be a number`);
    const test = (value: unknown) => typeof value === 'number' && holds(value, limit);
    return (value) => (Array.isArray(value) ? value.some(test) : test(value));
  };
}

function primitive(operand: unknown, where: string): Primitive {
  if (isPrimitive(operand)) return operand;
  throw invalidFilter(`${where} must be a string, number or boolean`);
}

function primitives(operand: unknown, where: string): readonly Primitive[] {
  if (Array.isArray(operand) && operand.length > 0 && operand.every(isPrimitive)) return operand;
  throw invalidFilter(`${where} must be a non-empty list of strings, numbers or booleans`);
}

const invalidFilter = (problem: string) => invalid(`Invalid filter: ${problem}`, 'filter');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
