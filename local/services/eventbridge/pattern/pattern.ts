import { PatternError, type Test, testOf } from './operators.ts';

/** A compiled event pattern. */
export type Pattern = (event: unknown) => boolean;

type Json = Readonly<Record<string, unknown>>;

/**
 * Compiles an event pattern.
 * @param json as rules and archives have it
 * @throws PatternError for a pattern EventBridge would refuse
 */
export function compilePattern(json: string): Pattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(json);
  } catch {
    throw new PatternError('', 'It is not JSON');
  }
  return compileLevel(pattern, '');
}

const compiled = new WeakMap<object, Pattern>();

/** Whether a value matches a pattern that was read already, such as an event source mapping's filter. */
export function matches(pattern: object, value: unknown): boolean {
  const test = compiled.get(pattern) ?? compileLevel(pattern, '');
  compiled.set(pattern, test);
  return test(value);
}

function compileLevel(pattern: unknown, path: string): Pattern {
  if (!isObject(pattern)) throw new PatternError(path, 'Filter is not an object');
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new PatternError(path, 'Empty objects are not allowed');
  const tests = entries.map(([name, value]): Pattern => {
    if (name === '$or') return compileOr(value, path);
    const at = path ? `${path}.${name}` : name;
    const test = Array.isArray(value) ? compileLeaf(value, at) : compileField(value, at);
    return (event) => test(isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined);
  });
  return (event) => tests.every((test) => test(event));
}

function compileOr(alternatives: unknown, path: string): Pattern {
  if (!Array.isArray(alternatives) || alternatives.length < 2) {
    throw new PatternError(path, '$or must be a list of at least two patterns');
  }
  const tests = alternatives.map((alternative) => compileLevel(alternative, path ? `${path}.$or` : '$or'));
  return (event) => tests.some((test) => test(event));
}

/** Of a list of objects, one of them must match all of a nested pattern. */
function compileField(pattern: unknown, path: string): Pattern {
  if (!isObject(pattern)) {
    throw new PatternError(path, `"${path}" must be an object or an array`);
  }
  const test = compileLevel(pattern, path);
  return (value) => (Array.isArray(value) ? flat(value).some(test) : test(value));
}

/** Of a list of values, one must match one of the tests. Objects are no leaves: to a leaf's tests they are not there. */
function compileLeaf(elements: readonly unknown[], path: string): Pattern {
  if (elements.length === 0) throw new PatternError(path, 'Empty arrays are not allowed');
  const tests: Test[] = elements.map((element) => testOf(element, path));
  return (value) => {
    const leaves = flat([value]).filter((one) => !isObject(one));
    const values = leaves.length > 0 ? leaves : [undefined];
    return values.some((one) => tests.some((test) => test(one)));
  };
}

const flat = (values: readonly unknown[]): unknown[] => values.flat(Number.POSITIVE_INFINITY);

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
