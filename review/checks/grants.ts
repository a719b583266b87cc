import { type IamAction, iamAction, iamActionsOf, iamResourceType } from '@nova/shared/iam-table';
import { coversFormat } from '../iam/arn-patterns.ts';
import { hasConditionKey, keysOf } from '../iam/condition-keys.ts';
import { withExampleArns } from '../iam/reference-arns.ts';
import type { PolicyStatement, SynthesizedStack } from '../synthesized-stack.ts';
import type { Check, Finding } from './check.ts';
import { policyStatements } from './policy-statements.ts';

/** Checks against AWS's table of actions: IAM accepts statements that can never apply, and says nothing. */

/** An action of a statement, with the rows of the table that it stands for: several for `lambda:Get*`. */
interface NamedAction {
  /** `s3:GetObject` */
  readonly name: string;
  readonly service: string;
  readonly rows: readonly IamAction[];
}

function namedActions({ Action }: PolicyStatement): NamedAction[] {
  return [Action].flat().map((name) => {
    const [service = '', pattern = ''] = name.split(':');
    if (!/[*?]/.test(pattern)) return { name, service, rows: [iamAction(name) ?? []].flat() };
    const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
    return { name, service, rows: iamActionsOf(service).filter((row) => expression.test(row.name)) };
  });
}

type StatementFinding = Omit<Finding, 'address'>;

/** A check of each statement on its own. */
const ofEachStatement =
  (check: (statement: PolicyStatement) => StatementFinding[]): Check =>
  (stack: SynthesizedStack) =>
    policyStatements(stack).flatMap(({ resource: { address }, statement }) =>
      check(statement).map(({ problem, remedy }) => ({
        address,
        problem: `statement ${statement.Sid} ${problem}`,
        remedy,
      })),
    );

/** Every action of a statement exists. */
export const knownActions = ofEachStatement((statement) =>
  namedActions(statement)
    .filter(({ rows }) => rows.length === 0)
    .map(({ name }) => ({
      problem: `names ${name}, an action that AWS does not have`,
      remedy: 'Take the name from the service authorization reference',
    })),
);

/** Every action of a statement takes a resource of it, and every resource is taken by an action. */
export const resourcesTaken = ofEachStatement((statement) => {
  const resources = [statement.Resource ?? []].flat();
  if (resources.length === 0 || resources.includes('*')) return [];
  const actions = namedActions(statement).filter(({ rows }) => rows.length > 0);
  const unused = resources.filter((resource) => !actions.some((action) => isTaken(action, resource)));
  return [
    ...actions
      .filter((action) => !resources.some((resource) => isTaken(action, resource)))
      .map((action) => ({
        problem: `never applies to ${action.name}, which takes ${typesOf(action) || 'no resource'}`,
        remedy: typesOf(action)
          ? `Name a resource with such an ARN: ${formatsOf(action).join(', ')}`
          : `Give the action a statement of its own on *${boundBy(action)}`,
      })),
    ...unused.map((resource) => ({
      problem: `names ${resource}, which none of its actions takes`,
      remedy: 'Remove it, or name the ARN of a resource that they take',
    })),
  ];
});

/** Every condition key of a statement belongs to each of its actions, or to all of AWS. */
export const conditionKeysHad = ofEachStatement((statement) => {
  const keys = Object.values(statement.Condition ?? {}).flatMap((values) => Object.keys(values));
  return namedActions(statement).flatMap((action) =>
    keys
      .filter(
        (key) =>
          action.rows.length > 0 && !action.rows.some((row) => hasConditionKey(action.service, row, key)),
      )
      .map((key) => ({
        problem: `has the condition key ${key}, which requests for ${action.name} do not have`,
        remedy: `Remove the condition, or use a key of the action: ${ownKeys(action).join(', ') || 'only the global ones'}`,
      })),
  );
});

const formatsOf = ({ service, rows }: NamedAction): string[] =>
  rows.flatMap(({ resourceTypes }) =>
    // A type may have several formats, in one text.
    resourceTypes.flatMap(({ name }) => iamResourceType(service, name)?.arn.split(/,\s*/) ?? []),
  );

const isTaken = (action: NamedAction, resource: string): boolean =>
  formatsOf(action).some((format) => coversFormat(withExampleArns(resource), format));

const typesOf = ({ rows }: NamedAction): string =>
  [...new Set(rows.flatMap(({ resourceTypes }) => resourceTypes.map(({ name }) => name)))].join(', ');

const ownKeys = ({ service, rows }: NamedAction): string[] => rows.flatMap((row) => keysOf(service, row));

function boundBy(action: NamedAction): string {
  const keys = ownKeys(action);
  return keys.length > 0 ? `, bound by a condition where one fits: ${keys.join(', ')}` : '';
}
