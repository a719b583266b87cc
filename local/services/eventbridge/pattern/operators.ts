import { BlockList, isIP } from 'node:net';

/** Whether one value of an event matches; `undefined` stands for a missing field. */
export type Test = (value: unknown) => boolean;

type Build = (operand: unknown, path: string) => Test;

/** Comparison operators (EventBridge user guide, "Comparison operators for use in event patterns"). */
const operators: Readonly<Record<string, Build>> = {
  prefix: affix('prefix', (value, affixed) => value.startsWith(affixed)),
  suffix: affix('suffix', (value, affixed) => value.endsWith(affixed)),
  'equals-ignore-case': (operand, path) => ignoringCase(text(operand, path, 'equals-ignore-case')),
  wildcard: (operand, path) => wildcard(text(operand, path, 'wildcard'), path),
  exists: (operand, path) => {
    if (typeof operand !== 'boolean') throw new PatternError(path, 'exists must be true or false');
    return (value) => (value !== undefined) === operand;
  },
  numeric,
  cidr,
  'anything-but': anythingBut,
};

/**
 * The test of one element of a leaf's list: a value, or an object with one operator.
 * @throws PatternError
 */
export function testOf(element: unknown, path: string): Test {
  if (element === null || ['string', 'number', 'boolean'].includes(typeof element)) {
    return (value) => value === element;
  }
  const [entry, ...more] = Object.entries(element as object);
  if (!entry || more.length > 0 || Array.isArray(element)) {
    throw new PatternError(path, 'A match must be a value or an object with exactly one operator');
  }
  const build = operators[entry[0]];
  if (!build) throw new PatternError(path, `Unrecognized match type ${entry[0]}`);
  return build(entry[1], path);
}

const onText =
  (test: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

function affix(name: string, holds: (value: string, affixed: string) => boolean): Build {
  return (operand, path) => {
    if (typeof operand === 'object' && operand !== null && 'equals-ignore-case' in operand) {
      const folded = text(operand['equals-ignore-case'], path, name).toLowerCase();
      return onText((value) => holds(value.toLowerCase(), folded));
    }
    const affixed = text(operand, path, name);
    return onText((value) => holds(value, affixed));
  };
}

function ignoringCase(wanted: string): Test {
  const folded = wanted.toLowerCase();
  return onText((value) => value.toLowerCase() === folded);
}

/** `*` is any run of characters; a backslash takes the meaning from it and from itself. */
function wildcard(pattern: string, path: string): Test {
  const pieces = [''];
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern.charAt(at);
    if (letter === '*') {
      if (pattern.charAt(at + 1) === '*') throw new PatternError(path, 'Consecutive wildcard characters');
      pieces.push('');
      continue;
    }
    const escaped = letter === '\\' ? pattern.charAt(++at) : letter;
    if (letter === '\\' && escaped !== '*' && escaped !== '\\') {
      throw new PatternError(path, 'Invalid escape character in wildcard');
    }
    pieces[pieces.length - 1] += escaped;
  }
  return onText((value) => hasPieces(value, pieces));
}

/** Whether a text is these pieces in order with anything between them. */
function hasPieces(value: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (const piece of others) {
    const found = value.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= end;
}

/** EventBridge compares numbers up to five billion either way. */
const maxNumber = 5e9;
const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numeric(operand: unknown, path: string): Test {
  if (!Array.isArray(operand) || ![2, 4].includes(operand.length)) {
    throw new PatternError(path, 'numeric must be a list of one or two comparisons');
  }
  const tests = Array.from({ length: operand.length / 2 }, (_, index) => {
    const [sign, bound] = operand.slice(2 * index) as [unknown, unknown];
    const compare = comparisons[String(sign)];
    if (!compare)
      throw new PatternError(path, `Unrecognized numeric range operator: ${JSON.stringify(sign)}`);
    if (typeof bound !== 'number' || Math.abs(bound) > maxNumber) {
      throw new PatternError(
        path,
        `Value of numeric must be a number between -${maxNumber} and ${maxNumber}`,
      );
    }
    return (value: number) => compare(value, bound);
  });
  const [low, high] = [String(operand[0]), operand[2] as string | undefined];
  if (high !== undefined && !(low.startsWith('>') && high.startsWith('<') && operand[1] < operand[3])) {
    throw new PatternError(path, 'A numeric range must have its lower bound first and be no empty one');
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function cidr(operand: unknown, path: string): Test {
  const [address = '', bits = ''] = text(operand, path, 'cidr').split('/');
  const version = isIP(address);
  const size = Number(bits);
  if (!version || bits === '' || !Number.isInteger(size) || size < 0 || size > (version === 4 ? 32 : 128)) {
    throw new PatternError(path, `Malformed CIDR ${JSON.stringify(operand)}`);
  }
  const family = (ip: number) => (ip === 4 ? 'ipv4' : 'ipv6');
  const block = new BlockList();
  block.addSubnet(address, size, family(version));
  return onText((value) => isIP(value) === version && block.check(value, family(version)));
}

/** Operators that may stand inside `anything-but`, there with lists too. */
const negatable = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];

function anythingBut(operand: unknown, path: string): Test {
  const tests = excluded(operand, path);
  return (value) => value !== undefined && !tests.some((test) => test(value));
}

function excluded(operand: unknown, path: string): Test[] {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [name = '', inner] = Object.entries(operand)[0] ?? [];
    const build = operators[name];
    if (!build || !negatable.includes(name))
      throw new PatternError(path, `Unsupported anything-but match type ${name}`);
    return list(inner, path).map((one) => build(one, path));
  }
  const values = list(operand, path);
  if (!values.every((one) => typeof one === 'string') && !values.every((one) => typeof one === 'number')) {
    throw new PatternError(path, 'Inside anything-but list, values must be all strings or all numbers');
  }
  return values.map((one) => (value) => value === one);
}

function list(operand: unknown, path: string): unknown[] {
  const values = [operand].flat();
  if (values.length === 0) throw new PatternError(path, 'Inside anything-but, the list must not be empty');
  return values;
}

function text(operand: unknown, path: string, name: string): string {
  if (typeof operand === 'string') return operand;
  throw new PatternError(path, `${name} must be a string`);
}

/** A pattern EventBridge would refuse. */
export class PatternError extends Error {
  override readonly name = 'PatternError';

  /** @param path of the field in the pattern, `detail.state` */
  constructor(path: string, problem: string) {
    super(`Event pattern is not valid. Reason: ${problem}${path ? ` at ${path}` : ''}`);
  }
}
