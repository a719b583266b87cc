import { isDeepStrictEqual } from 'node:util';
import { statementsIn } from '../access/policy-document.ts';
import { code, folded } from '../markdown.ts';
import type { ArnWords } from '../resources/arns.ts';
import type { PlannedResource } from '../resources/resources.ts';
import type { Change } from '../terraform/terraform-plan.ts';
import { isValues, jsonIn, type Values } from '../terraform/values.ts';
import { KnownLater, Mask, withoutSecrets, withUnknown } from './masks.ts';

/** One attribute that changes, and how, as Markdown. */
export interface Difference {
  /** `environment › 0 › variables › LOG_LEVEL` */
  readonly path: string;
  readonly words: string;
  /** Whether the value after is known only after apply: such a difference follows from others. */
  readonly isKnownLater: boolean;
}

/** The changes of a resource, by attribute. Sensitive values never appear. */
export function differencesOf({ change, after }: PlannedResource, arnWords: ArnWords): Difference[] {
  const [from, to] = maskedSides(change);
  return compare([], from, withPolicies(to, after), arnWords);
}

/** The change of one value, such as an output. */
export const differenceOf = (change: Change): string => wordsFor(...maskedSides(change));

/** Both sides of a change. A value that is sensitive on one side appears on neither. */
function maskedSides(change: Change): [unknown, unknown] {
  const secrets = [change.before_sensitive, change.after_sensitive];
  return [
    withoutSecrets(change.before ?? undefined, ...secrets),
    withoutSecrets(withUnknown(change.after ?? undefined, change.after_unknown), ...secrets),
  ];
}

/** A policy that is known only after apply is replaced by its template, in which only names are unknown. */
function withPolicies(masked: unknown, templates: Values): unknown {
  if (!isValues(masked)) return masked;
  return Object.fromEntries(
    Object.entries(masked).map(([name, value]) =>
      value instanceof Mask && value.value === undefined && statementsIn(templates[name])
        ? [name, templates[name]]
        : [name, value],
    ),
  );
}

function compare(path: readonly string[], before: unknown, after: unknown, arnWords: ArnWords): Difference[] {
  const from = readable(before, arnWords);
  const to = readable(after, arnWords);
  if (isDeepStrictEqual(from, to) || (isNothing(from) && isNothing(to))) return [];
  if (isBranch(from) && isBranch(to)) {
    const names = new Set([from, to].flatMap((branch) => Object.keys(branch ?? {})));
    return [...names].flatMap((name) => compare([...path, name], from?.[name], to?.[name], arnWords));
  }
  return [{ path: path.join(' › '), words: wordsFor(from, to), isKnownLater: to instanceof KnownLater }];
}

type Branch = Readonly<Record<string, unknown>> | undefined;

/** Whether a value is compared member by member. */
const isBranch = (value: unknown): value is Branch =>
  value === undefined ||
  (typeof value === 'object' && value !== null && !(value instanceof Mask) && !isTextList(value));

/** Terraform's providers do not distinguish absent from empty. */
const isNothing = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && !(value instanceof Mask) && Object.keys(value).length === 0);

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function wordsFor(before: unknown, after: unknown): string {
  if (isTextList(before) && isTextList(after)) return listed(before, after);
  const [from, to] = folded(text(before), text(after));
  return `${shown(before, from)} → ${shown(after, to)}`;
}

function listed(before: readonly string[], after: readonly string[]): string {
  const removed = before.filter((item) => !after.includes(item)).map((item) => `− ${code(item)}`);
  const added = after.filter((item) => !before.includes(item)).map((item) => `+ ${code(item)}`);
  return [...removed, ...added].join(', ') || 'the same in another order';
}

const text = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

function shown(value: unknown, short: string): string {
  if (value instanceof Mask) return value.label;
  return isNothing(value) ? 'nothing' : code(short);
}

/** A value in a comparable form: a policy by its statements, other JSON by its members. */
export function readable(value: unknown, arnWords: ArnWords): unknown {
  const statements = statementsIn(value);
  if (!statements) return jsonIn(value) ?? value;
  return Object.fromEntries(
    statements.map(({ sid, allows, principals, actions, resources, conditions }) => [
      sid,
      {
        effect: allows ? 'Allow' : 'Deny',
        principals,
        actions,
        resources: resources.map(arnWords).sort(),
        conditions: conditions.map(([operator, key, values]) =>
          [operator, key, values.map(arnWords).sort().join(' or ')].join(' '),
        ),
      },
    ]),
  );
}
