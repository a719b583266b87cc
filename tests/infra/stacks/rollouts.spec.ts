import { functionNames } from '@nova/shared/functions';
import { describe, expect, it } from 'vitest';
import { statementsOf } from '../../../review/synthesized-stack.ts';
import { synthesize } from '../testing/synthesize.ts';

describe('rollouts', () => {
  const prod = synthesize('prod');
  const dev = synthesize('dev');

  it('have one deployment group for each function, which rolls back on failure', () => {
    const groups = prod.platform.of('aws_codedeploy_deployment_group');

    expect(groups.map(({ values }) => values.deployment_group_name).sort()).toEqual(
      functionNames.map((name) => `nova-${name}`).sort(),
    );
    for (const { values } of groups) {
      expect(values.auto_rollback_configuration).toMatchObject({
        enabled: true,
        events: expect.arrayContaining(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM']),
      });
    }
  });

  it('of production shift ten percent first, and roll back on existing alarms', () => {
    for (const { values } of prod.platform.of('aws_codedeploy_deployment_group')) {
      expect(values.deployment_config_name).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
      const { alarms } = values.alarm_configuration as { alarms: string[] };
      expect(alarms.map((name) => prod.platform.referred(name).values.alarm_name)).toEqual([
        'nova-functions-failing',
        'nova-api-failing',
        'nova-projector-behind',
        'nova-commits-parked',
      ]);
    }
  });

  it('of a developer’s stage shift all traffic immediately', () => {
    for (const { values } of dev.platform.of('aws_codedeploy_deployment_group')) {
      expect(values.deployment_config_name).toBe('CodeDeployDefault.LambdaAllAtOnce');
      expect(values.alarm_configuration).toBeUndefined();
    }
  });

  it('may move the aliases of this stage, and nothing else', () => {
    const policy = prod.platform.one('aws_iam_role_policy', { name: 'nova-rollouts' });
    const [move, hear] = statementsOf(policy.values.policy);

    for (const arn of move?.Resource ?? []) expect(arn).toMatch(/:function:nova-[a-z-]+(:\*)?$/);
    expect(move?.Resource).toHaveLength(2 * functionNames.length);
    expect(hear?.Action).toEqual(['cloudwatch:DescribeAlarms']);
    expect(hear?.Resource).toEqual([expect.stringMatching(/:alarm:\*$/)]);
  });
});
