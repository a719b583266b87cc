import type { Stack } from '../../contracts.ts';
import { evaluate } from '../../iam/evaluate.ts';
import { parsePolicy } from '../../iam/policy.ts';
import { textOf } from '../../stack/read.ts';

/** EventBridge Scheduler, as trust policies name it. */
const service = 'scheduler.amazonaws.com';

/** Whether EventBridge Scheduler may assume a role for the schedules of a group: the role's trust policy. */
export type MayAssume = (roleArn: string, groupArn: string) => boolean;

/** Reads the trust policies of the stack's roles. @throws MalformedPolicyError */
export function mayAssume(stack: Stack): MayAssume {
  const trusts = new Map(
    stack.of('aws_iam_role').map((role) => {
      const { Statement } = JSON.parse(textOf(role, 'assume_role_policy')) as { Statement: object[] };
      // A trust policy is about its role alone, and names no resource.
      const about = [Statement].flat().map((statement) => ({ ...statement, Resource: '*' }));
      return [textOf(role, 'arn'), parsePolicy(JSON.stringify({ Statement: about }), role.address)];
    }),
  );
  return (roleArn, groupArn) => {
    const statements = (trusts.get(roleArn) ?? []).filter(({ principals }) => principals.includes(service));
    const values = new Map([
      ['aws:sourceaccount', [stack.accountId]],
      ['aws:sourcearn', [groupArn]],
    ]);
    return evaluate(statements, { action: 'sts:AssumeRole', resource: roleArn, values }) === 'allow';
  };
}
