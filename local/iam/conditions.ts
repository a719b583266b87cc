import type { Condition } from './policy.ts';
import { matchesArn, matchesWildcard } from './wildcard.ts';

/** Condition operators (IAM reference, "IAM JSON policy elements: Condition operators"). */

/** Values of the condition keys of a request, keys in lower case. */
export type RequestValues = ReadonlyMap<string, readonly string[]>;

interface Operator {
  /** Whether one value of the request matches one value of the policy. */
  readonly matches: (policy: string, request: string) => boolean;
  /** `…Not…`: holds when nothing matches. */
  readonly negated: boolean;
}

const operators: Readonly<Record<string, Operator>> = {
  ...withNegation('String', 'Equals', (policy, request) => policy === request),
  ...withNegation(
    'String',
    'EqualsIgnoreCase',
    (policy, request) => policy.toLowerCase() === request.toLowerCase(),
  ),
  ...withNegation('String', 'Like', matchesWildcard),
  ...withNegation('Arn', 'Equals', matchesArn),
  ...withNegation('Arn', 'Like', matchesArn),
  ...withNegation('Numeric', 'Equals', (policy, request) => Number(policy) === Number(request)),
  Bool: positive((policy, request) => policy.toLowerCase() === request.toLowerCase()),
  ...ordering('Numeric', Number),
  ...ordering('Date', Date.parse),
};

function positive(matches: Operator['matches']): Operator {
  return { matches, negated: false };
}

function withNegation(kind: string, how: string, matches: Operator['matches']): Record<string, Operator> {
  return { [`${kind}${how}`]: positive(matches), [`${kind}Not${how}`]: { matches, negated: true } };
}

function ordering(kind: string, read: (value: string) => number): Record<string, Operator> {
  return {
    [`${kind}LessThan`]: positive((policy, request) => read(request) < read(policy)),
    [`${kind}LessThanEquals`]: positive((policy, request) => read(request) <= read(policy)),
    [`${kind}GreaterThan`]: positive((policy, request) => read(request) > read(policy)),
    [`${kind}GreaterThanEquals`]: positive((policy, request) => read(request) >= read(policy)),
  };
}

/** Whether the evaluator knows a condition's operator and can read its values. */
export const isSupported = ({ operator, values }: Condition): boolean =>
  (operator === 'Null' || operator in operators) && !values.some(hasVariable);

/** Policy variables, such as `${aws:username}`, stand for what the local platform does not know. */
export const hasVariable = (text: string) => text.includes('${');

/**
 * Whether a condition holds.
 * @throws never; call {@link isSupported} first
 */
export function conditionHolds(
  { operator, set, ifExists, key, values }: Condition,
  request: RequestValues,
): boolean {
  const present = request.get(key) ?? [];
  if (operator === 'Null') return values.includes('true') === (present.length === 0);
  const known = operators[operator];
  if (!known) return false;
  if (present.length === 0) return ifExists || known.negated || set === 'ForAllValues';
  const holds = (value: string) => values.some((policy) => known.matches(policy, value)) !== known.negated;
  if (set === 'ForAnyValue') return present.some(holds);
  if (set === 'ForAllValues') return present.every(holds);
  return known.negated ? present.every(holds) : present.some(holds);
}
