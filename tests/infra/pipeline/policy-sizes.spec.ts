import { stageRegions } from '@nova/shared/regions';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../../modules/settings.ts';
import type { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { synthesize } from '../testing/synthesize.ts';

/** IAM guide, "IAM and AWS STS quotas": characters of a managed policy, and of all inline policies of a role together. */
const most = { managed: 6144, inline: 10_240 } as const;
/** A policy that grows into this share of its quota is to be split or shortened, before it becomes too long. */
const reserve = 0.05;

/** The longest names: 16 characters for a stage, 63 for a bucket, and a stage may be in this region. */
const environment = {
  PIPELINE_REPOSITORY: 'nova@1/platform@2',
  ACCOUNT_LOGGING: 'own',
  STATE_BUCKET: 'b'.repeat(63),
  REGION: stageRegions.reduce<string>((longest, one) => (one.length > longest.length ? one : longest), ''),
};
const stage = 'a-stage-of-sixte';
const withFirewall = (settings: Settings): Settings => ({ ...settings, firewall: true });
const {
  registry,
  platform,
  pipeline = expect.fail('no pipeline'),
} = synthesize(stage, environment, withFirewall);

/** Characters that IAM counts: none of white space, and each reference as long as the longest ARN of the stage. */
const lengthOf = (policy: unknown) =>
  String(policy)
    .replaceAll(/\$\{data\.aws_caller_identity[^}]*\}/g, '0'.repeat(12))
    .replaceAll(/\$\{[^}]*\}/g, 'r'.repeat(120))
    .replaceAll(/\s/g, '').length;

const managedIn = (stack: SynthesizedStack) =>
  stack.of('aws_iam_policy').map(({ values }) => ({
    name: String(values.name).slice(`nova-${stage}-`.length),
    left: most.managed - lengthOf(values.policy),
  }));
const managed = managedIn(pipeline);
const protections = { ownKey: true, accessLogs: true };
const protectedStage = synthesize(stage, environment, (settings) => ({
  ...withFirewall(settings),
  ...protections,
}));
const inline = [registry, platform].flatMap((stack) =>
  stack.of('aws_iam_role_policy').map(({ values }) => ({
    name: String(values.name).slice(`nova-${stage}-`.length),
    left: most.inline - lengthOf(values.policy),
  })),
);

describe('a policy of the stage with the longest names', () => {
  it.each(managed)('managed, $name: $left of 6144 characters are left', ({ left }) => {
    expect(left).toBeGreaterThan(reserve * most.managed);
  });

  // They are few, and production's name is short.
  it.each(managedIn(protectedStage.pipeline ?? expect.fail('no pipeline')))(
    'managed, $name, with every protection that costs something: $left characters are left',
    ({ left }) => {
      expect(left).toBeGreaterThan(0);
    },
  );

  it.each(inline)('inline, $name: $left of 10240 characters are left', ({ left }) => {
    expect(left).toBeGreaterThan(reserve * most.inline);
  });

  it('is one of at most ten of its role', () => {
    const attachments = pipeline.of('aws_iam_role_policy_attachment');
    const roles = Map.groupBy(attachments, ({ values }) => pipeline.referred(values.role).values.name);

    // The quota of managed policies of a role, which can be raised.
    for (const attached of roles.values()) expect(attached.length).toBeLessThanOrEqual(10);
  });
});
