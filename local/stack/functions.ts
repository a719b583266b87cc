import { createHash } from 'node:crypto';
import { ExpressionError } from './syntax.ts';

type TerraformFunction = (...args: readonly unknown[]) => unknown;

const list = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw new ExpressionError(`expected a list, got ${JSON.stringify(value)}`);
};
const map = (value: unknown): Readonly<Record<string, unknown>> => {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new ExpressionError(`expected a map, got ${JSON.stringify(value)}`);
};
const digest = (algorithm: string, encoding: 'hex' | 'base64') => (value: unknown) =>
  createHash(algorithm).update(text(value)).digest(encoding);

/**
 * A value as text in a template.
 * @throws ExpressionError for null, a list or a map, as Terraform refuses them
 */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ExpressionError(`expected text, got ${JSON.stringify(value) ?? 'nothing'}`);
}

/** Keys in order, and `<`, `>`, `&` escaped: the bytes Terraform's `jsonencode` gives, so hashes of them agree. */
function jsonencode(value: unknown): string {
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function format(pattern: unknown, ...args: readonly unknown[]): string {
  let next = 0;
  return text(pattern).replace(/%(%|0(\d+)d|[sdv]|.?)/g, (whole, verb: string, width?: string) => {
    if (verb === '%') return '%';
    if (width) return text(args[next++]).padStart(Number(width), '0');
    if (verb === 's' || verb === 'd' || verb === 'v') return text(args[next++]);
    throw new ExpressionError(`format: ${whole} is not supported`);
  });
}

function replace(value: unknown, search: unknown, replacement: unknown): string {
  const pattern = text(search);
  const expression = /^\/(.*)\/$/s.exec(pattern)?.[1];
  return expression === undefined
    ? text(value).replaceAll(pattern, () => text(replacement))
    : text(value).replace(new RegExp(expression, 'g'), text(replacement));
}

function lookup(of: unknown, key: unknown, otherwise?: unknown): unknown {
  const found = map(of)[text(key)];
  if (found === undefined && otherwise === undefined) throw new ExpressionError(`lookup: no ${text(key)}`);
  return found ?? otherwise;
}

/** Terraform's functions that synthesized stacks use. @see https://developer.hashicorp.com/terraform/language/functions */
export const functions: Readonly<Record<string, TerraformFunction>> = {
  abspath: (value) => text(value),
  base64decode: (value) => Buffer.from(text(value), 'base64').toString(),
  base64encode: (value) => Buffer.from(text(value)).toString('base64'),
  base64sha256: digest('sha256', 'base64'),
  coalesce: (...values) => values.find((value) => value !== null && value !== ''),
  compact: (values) => list(values).filter((value) => value !== null && value !== ''),
  concat: (...lists) => lists.flatMap((item) => [...list(item)]),
  contains: (values, value) => list(values).includes(value),
  distinct: (values) => [...new Set(list(values))],
  element: (values, index) => list(values)[Number(index) % list(values).length],
  flatten: (values) => list(values).flat(Number.POSITIVE_INFINITY),
  format,
  join: (separator, ...lists) =>
    lists
      .flatMap((item) => [...list(item)])
      .map(text)
      .join(text(separator)),
  jsondecode: (value) => JSON.parse(text(value)),
  jsonencode,
  keys: (value) => Object.keys(map(value)).sort(),
  length: (value) =>
    typeof value === 'string'
      ? [...value].length
      : Array.isArray(value)
        ? value.length
        : Object.keys(map(value)).length,
  lookup,
  lower: (value) => text(value).toLowerCase(),
  max: (...values) => Math.max(...values.map(Number)),
  md5: digest('md5', 'hex'),
  merge: (...maps) => Object.assign({}, ...maps.map(map)),
  min: (...values) => Math.min(...values.map(Number)),
  replace,
  sha1: digest('sha1', 'hex'),
  sha256: digest('sha256', 'hex'),
  split: (separator, value) => text(value).split(text(separator)),
  substr: (value, offset, length) =>
    text(value).slice(Number(offset), Number(length) < 0 ? undefined : Number(offset) + Number(length)),
  tolist: (value) => list(value),
  tomap: (value) => map(value),
  tonumber: (value) => Number(value),
  toset: (value) => [...new Set(list(value))],
  tostring: (value) => (value === null ? null : text(value)),
  trimprefix: (value, prefix) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  trimspace: (value) => text(value).trim(),
  trimsuffix: (value, suffix) =>
    text(suffix) && text(value).endsWith(text(suffix))
      ? text(value).slice(0, -text(suffix).length)
      : text(value),
  upper: (value) => text(value).toUpperCase(),
  urlencode: (value) => encodeURIComponent(text(value)),
  values: (value) =>
    Object.entries(map(value))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, inner]) => inner),
};
