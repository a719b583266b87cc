import { functions, text } from './functions.ts';
import { type Expression, ExpressionError, splatElement } from './syntax.ts';

/** Where names lead. */
export interface Scope {
  /**
   * The value a dotted path begins with: `var.stage`, `aws_s3_bucket.content`.
   * @param path the names of the path, first to last
   * @returns the value, and how many names it took
   * @throws ExpressionError when nothing of that name exists
   */
  resolve(path: readonly string[]): { readonly value: unknown; readonly names: number };
}

/**
 * The value of an expression.
 * @throws ExpressionError naming what has no value here
 */
export function evaluate(expression: Expression, scope: Scope): unknown {
  const value = (inner: Expression) => evaluate(inner, scope);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'template':
      return expression.parts.map((part) => text(value(part))).join('');
    case 'name':
    case 'attribute':
      return path(expression, scope);
    case 'index':
      return indexed(value(expression.of), value(expression.key));
    case 'splat':
      return splat(value(expression.of), expression.each, scope);
    case 'call':
      return call(expression, scope);
    case 'object':
      return Object.fromEntries(expression.entries.map(([key, inner]) => [text(value(key)), value(inner)]));
    case 'tuple':
      return expression.items.map(value);
    case 'unary':
      return expression.operator === '!' ? !value(expression.operand) : -Number(value(expression.operand));
    case 'conditional':
      return value(expression.test) ? value(expression.then) : value(expression.otherwise);
    case 'binary':
      return binary(expression, scope);
  }
}

/** Follows `a.b.c`: the scope takes the first names, the rest are attributes of the value. */
function path(expression: Expression, scope: Scope): unknown {
  const names: string[] = [];
  let start = expression;
  while (start.kind === 'attribute') {
    names.unshift(start.name);
    start = start.of;
  }
  if (start.kind !== 'name') {
    return names.reduce((value, name) => attribute(value, name), evaluate(start, scope));
  }
  const full = [start.name, ...names];
  const found = scope.resolve(full);
  return full.slice(found.names).reduce((value, name) => attribute(value, name), found.value);
}

function attribute(value: unknown, name: string): unknown {
  if (value !== null && typeof value === 'object' && name in value) {
    return (value as Record<string, unknown>)[name];
  }
  throw new ExpressionError(`no attribute "${name}" is known locally`);
}

function indexed(value: unknown, key: unknown): unknown {
  // A nested block written once is a list of one to Terraform, but a plain object in its JSON.
  if (key === 0 && value !== null && typeof value === 'object' && !Array.isArray(value) && !('0' in value)) {
    return value;
  }
  if (Array.isArray(value) && typeof key === 'number' && key in value) return value[key];
  return attribute(value, String(key));
}

function splat(value: unknown, each: Expression, scope: Scope): unknown[] {
  const items = value === null ? [] : Array.isArray(value) ? value : [value];
  return items.map((item) =>
    evaluate(each, {
      resolve: (names) => (names[0] === splatElement ? { value: item, names: 1 } : scope.resolve(names)),
    }),
  );
}

function call({ name, args, expand }: Expression & { kind: 'call' }, scope: Scope): unknown {
  const plain = functions[name];
  if (!plain) throw new ExpressionError(`the function ${name}() is not supported locally`);
  const values = args.map((arg) => evaluate(arg, scope));
  const last = expand ? values.pop() : [];
  return plain(...values, ...(Array.isArray(last) ? last : []));
}

function binary({ operator, left, right }: Expression & { kind: 'binary' }, scope: Scope): unknown {
  const a = evaluate(left, scope);
  if (operator === '&&') return a && evaluate(right, scope);
  if (operator === '||') return a || evaluate(right, scope);
  const b = evaluate(right, scope);
  if (operator === '==') return JSON.stringify(a) === JSON.stringify(b);
  if (operator === '!=') return JSON.stringify(a) !== JSON.stringify(b);
  const arithmetic = operators[operator];
  if (!arithmetic) throw new ExpressionError(`the operator ${operator} is not supported locally`);
  return arithmetic(Number(a), Number(b));
}

const operators: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
