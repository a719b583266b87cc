import type { Logger, Stack } from '../contracts.ts';
import { textOf } from '../stack/read.ts';
import { unsupportedParts } from './evaluate.ts';
import { parsePolicy, type Statement } from './policy.ts';

/**
 * The statements of each role's policies, inline and attached, by role name.
 * @throws MalformedPolicyError naming the policy that cannot be read
 */
export function policiesByRole(stack: Stack, logger: Logger): ReadonlyMap<string, readonly Statement[]> {
  const roles = new Map<string, Statement[]>();
  for (const role of stack.of('aws_iam_role')) roles.set(textOf(role, 'name'), []);
  for (const { role, document, where } of [...inlinePolicies(stack), ...attachedPolicies(stack, logger)]) {
    const statements = parsePolicy(document, where);
    reportUnsupported(statements, where, logger);
    roles.get(role)?.push(...statements);
  }
  return roles;
}

interface RolePolicy {
  readonly role: string;
  readonly document: string;
  readonly where: string;
}

function inlinePolicies(stack: Stack): RolePolicy[] {
  return stack.of('aws_iam_role_policy').map((resource) => ({
    role: textOf(resource, 'role'),
    document: textOf(resource, 'policy'),
    where: resource.address,
  }));
}

function attachedPolicies(stack: Stack, logger: Logger): RolePolicy[] {
  const policies = new Map(stack.of('aws_iam_policy').map((policy) => [textOf(policy, 'arn'), policy]));
  const assumed = assumedRoles(stack);
  return stack.of('aws_iam_role_policy_attachment').flatMap((attachment) => {
    const arn = textOf(attachment, 'policy_arn');
    const policy = policies.get(arn);
    const role = textOf(attachment, 'role');
    if (policy) return [{ role, document: textOf(policy, 'policy'), where: policy.address }];
    if (assumed.has(role)) {
      const what = `${attachment.address} attaches ${arn}, which the stack does not declare`;
      logger.warn(`${what}: it grants nothing here`);
    }
    return [];
  });
}

/** Names of the roles that functions assume; no other role calls anything on this machine. */
const assumedRoles = (stack: Stack) =>
  new Set(stack.of('aws_lambda_function').map((one) => textOf(one, 'role').split('/').at(-1) ?? ''));

function reportUnsupported(statements: readonly Statement[], where: string, logger: Logger): void {
  for (const statement of statements) {
    const parts = unsupportedParts(statement);
    if (parts.length === 0) continue;
    const effect = statement.effect === 'Allow' ? 'never allows' : 'always denies';
    logger.warn(
      `${where} ${statement.sid}: cannot judge ${parts.join(', ')}, so the statement ${effect} here`,
    );
  }
}
