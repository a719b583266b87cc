import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../../local/iam/evaluate.ts';
import { parsePolicy } from '../../../local/iam/policy.ts';
import { loadStack } from '../../../local/stack/load.ts';
import { textOf } from '../../../local/stack/read.ts';
import type { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { writeStackFolder } from '../testing/stack-folder.ts';
import { synthesize } from '../testing/synthesize.ts';

const scratch = mkdtempSync(join(tmpdir(), 'nova-boundary-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A stack with the ARNs that the local platform gives it. */
const loaded = (name: string, stack: SynthesizedStack) =>
  loadStack(join(writeStackFolder(stack, join(scratch, name)), 'cdk.tf.json'), {
    TF_VAR_agent_core_image_digest: `sha256:${'ab'.repeat(32)}`,
  });

describe.each(['staging', 'prod'])('the boundary of %s', (stage) => {
  const { platform, pipeline = expect.fail('no pipeline') } = synthesize(stage, {
    PIPELINE_REPOSITORY: 'nova/platform',
  });
  const boundaries = loaded(`${stage}-pipeline`, pipeline)
    .of('aws_iam_policy')
    .filter((policy) => textOf(policy, 'name').endsWith('-boundary'));
  /** The statements of each boundary, by its ARN. */
  const most = new Map(
    boundaries.map((policy) => [
      textOf(policy, 'arn'),
      parsePolicy(textOf(policy, 'policy'), textOf(policy, 'name')),
    ]),
  );
  const work = loaded(`${stage}-platform`, platform);

  it('applies to every role except the one with which API Gateway writes logs', () => {
    const free = work
      .of('aws_iam_role')
      .filter((role) => !most.has(String(role.values.permissions_boundary)))
      .map((role) => textOf(role, 'name'));

    expect(free.filter((name) => !name.endsWith('-api-gateway-logs'))).toEqual([]);
  });

  it('removes no permission that a role has', () => {
    const given = work.of('aws_iam_role_policy').flatMap((policy) =>
      parsePolicy(textOf(policy, 'policy'), policy.address).flatMap(({ actions, resources, conditions }) =>
        actions.patterns.flatMap((action) =>
          resources.patterns.map((pattern) => ({
            by: policy.address,
            action,
            resource: pattern.replaceAll('*', 'any'),
            values: new Map(conditions.map(({ key, values }) => [key, values])),
          })),
        ),
      ),
    );
    const boundaryOf = (address: string) => {
      const { role } =
        work.of('aws_iam_role_policy').find((policy) => policy.address === address)?.values ?? {};
      const bounded = work.of('aws_iam_role').find(({ values }) => values.name === role);
      return most.get(String(bounded?.values.permissions_boundary)) ?? [];
    };
    const refused = given.filter((request) => evaluate(boundaryOf(request.by), request) !== 'allow');

    expect(given.length).toBeGreaterThan(100);
    expect(refused).toEqual([]);
  });

  it.each([
    ['iam:CreateUser', 'arn:aws:iam::000000000000:user/mallory'],
    ['sts:AssumeRole', 'arn:aws:iam::000000000000:role/admin'],
    ['s3:GetObject', 'arn:aws:s3:::somebody-elses/secret'],
    ['dynamodb:Query', 'arn:aws:dynamodb:us-east-1:000000000000:table/nova-other-event-store'],
    ['lambda:UpdateFunctionCode', 'arn:aws:lambda:us-east-1:000000000000:function:nova-agent-core'],
  ])('never allows %s on %s', (action, resource) => {
    expect(most.size).toBe(2);
    for (const statements of most.values()) {
      expect(evaluate(statements, { action, resource, values: new Map() })).toBe('implicit-deny');
    }
  });
});

it('a stage that no workflow deploys has no boundary', () => {
  const { platform } = synthesize('prod');

  for (const { values } of platform.of('aws_iam_role')) expect(values.permissions_boundary).toBeUndefined();
});
