import { takesNoResource } from '@nova/shared/iam-table';
import { conditionHolds, hasVariable, isSupported, type RequestValues } from './conditions.ts';
import type { Selection, Statement } from './policy.ts';
import { matchesWildcard } from './wildcard.ts';

export interface AccessRequest {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** ARN; ignored for an action that takes no resource */
  readonly resource: string;
  readonly values: RequestValues;
}

export type Decision = 'allow' | 'explicit-deny' | 'implicit-deny';

/** IAM's rule: an applicable Deny wins, then an applicable Allow; without either, access is denied. */
export function evaluate(statements: readonly Statement[], request: AccessRequest): Decision {
  const applying = statements.filter((statement) => applies(statement, request));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'explicit-deny';
  return applying.length > 0 ? 'allow' : 'implicit-deny';
}

/** The parts of a statement that the evaluator cannot judge; such a statement never allows and always denies. */
export function unsupportedParts({ resources, conditions }: Statement): readonly string[] {
  return [
    ...conditions
      .filter((condition) => !isSupported(condition))
      .map(({ operator, key }) => `${operator} on ${key}`),
    ...resources.patterns.filter(hasVariable),
  ];
}

function applies(statement: Statement, { action, resource, values }: AccessRequest): boolean {
  const { effect, actions, resources, conditions } = statement;
  if (!selects(actions, (pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase())))
    return false;
  if (unsupportedParts(statement).length > 0) return effect === 'Deny';
  // IAM compares such an action's statements with `*` itself, which the pattern of no ARN matches.
  const target = takesNoResource(action) ? '*' : resource;
  return (
    selects(resources, (pattern) => matchesWildcard(pattern, target)) &&
    conditions.every((condition) => conditionHolds(condition, values))
  );
}

const selects = ({ patterns, except }: Selection, matches: (pattern: string) => boolean) =>
  patterns.some(matches) !== except;
