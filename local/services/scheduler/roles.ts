import type { Stack, StackResource } from '../../contracts.ts';
import { evaluate } from '../../iam/evaluate.ts';
import { parsePolicy, type Statement } from '../../iam/policy.ts';
import { textOf } from '../../stack/read.ts';

/** EventBridge Scheduler, as trust policies name it. */
const service = 'scheduler.amazonaws.com';

/** Whether EventBridge Scheduler may assume a role for the schedules of a group: the role's trust policy. */
export type MayAssume = (roleArn: string, groupArn: string) => boolean;

/** Reads a role's trust policy when a schedule names the role: others are no concern of this service. */
export function mayAssume(stack: Stack): MayAssume {
  return (roleArn, groupArn) => {
    const role = stack.of('aws_iam_role').find((one) => textOf(one, 'arn') === roleArn);
    const trusting = role ? trustOf(role).filter(({ principals }) => principals.includes(service)) : [];
    const values = new Map([
      ['aws:sourceaccount', [stack.accountId]],
      ['aws:sourcearn', [groupArn]],
    ]);
    return evaluate(trusting, { action: 'sts:AssumeRole', resource: roleArn, values }) === 'allow';
  };
}

/** @throws MalformedPolicyError */
function trustOf(role: StackResource): readonly Statement[] {
  const { Statement } = JSON.parse(textOf(role, 'assume_role_policy')) as { Statement: object | object[] };
  // A trust policy is about its role alone, and names no resource.
  const statements = [Statement].flat().map((statement) => ({ ...statement, Resource: '*' }));
  return parsePolicy(JSON.stringify({ Statement: statements }), role.address);
}
