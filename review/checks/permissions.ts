import { type SynthesizedStack, statementsOf } from '../synthesized-stack.ts';
import { isUnscoped } from '../unscoped-actions.ts';
import type { Check, Finding } from './check.ts';
import { policyStatements } from './policy-statements.ts';

/** Every Allow statement of every policy. */
const granted = (stack: SynthesizedStack) =>
  policyStatements(stack).filter(({ statement }) => statement.Effect === 'Allow');

const list = (value: unknown): string[] => [value ?? []].flat().map(String);

/** No statement allows all actions of a service, or an action on all resources. */
export const noWildcards: Check = (stack) =>
  granted(stack).flatMap(({ resource: { address }, statement }): Finding[] => {
    const actions = list(statement.Action);
    const everyAction = actions.filter((action) => /^\*$|:\*/.test(action));
    const onAll = list(statement.Resource).includes('*');
    const needless = actions.filter((action) => !isUnscoped(action));
    return [
      ...everyAction.map((action) => ({
        address,
        problem: `statement ${statement.Sid} allows ${action}`,
        remedy: 'Name the actions that the code calls, in modules/functions/statements.ts',
      })),
      ...(onAll && needless.length > 0
        ? [
            {
              address,
              problem: `statement ${statement.Sid} allows ${needless.join(', ')} on every resource`,
              remedy: 'Name the ARN of the resource',
            },
          ]
        : []),
    ];
  });

/** No policy or permission is public. */
export const noPublicAccess: Check = (stack) => [
  ...granted(stack)
    .filter(({ statement }) => isEveryone(statement.Principal))
    .map(({ resource: { address }, statement }) => ({
      address,
      problem: `statement ${statement.Sid} allows everyone`,
      remedy: 'Name the service or the role as its principal',
    })),
  ...stack
    .of('aws_lambda_permission')
    .filter(({ values }) => values.principal === '*' || !values.source_arn)
    .map(({ address }) => ({
      address,
      problem: 'lets any source invoke the function',
      remedy: 'Name the service as principal, and the rule, route or bucket as source_arn',
    })),
];

const isEveryone = (principal: unknown): boolean =>
  principal === '*' ||
  (typeof principal === 'object' && principal !== null && Object.values(principal).flat().includes('*'));

/** Only named services, accounts or workflows may assume a role. */
export const trustsNamed: Check = (stack) =>
  stack
    .of('aws_iam_role')
    .filter(({ values }) =>
      statementsOf(values.assume_role_policy).some(({ Principal }) => isEveryone(Principal) || !Principal),
    )
    .map(({ address }) => ({
      address,
      problem: 'can be assumed by anyone',
      remedy: 'Name the service in assume_role_policy',
    }));
