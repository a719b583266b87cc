import { describe, expect, it } from 'vitest';
import { ignoredIn } from '../terraform/ignore-changes.ts';
import { parsePlan } from '../terraform/terraform-plan.ts';
import { allow, type PlanInput, planJson, policy } from '../testing/plan-builder.ts';
import { differencesOf } from './differences.ts';
import { driftOf, exactArns } from './drift.ts';

const alias = 'functions_audio-handler_alias_6E16A259';
const role = 'aws_iam_role.functions_audio-handler_role_08C7698C';
const queue = 'aws_sqs_queue.functions_audio-handler-dead-letters_queue_8F9B6B48';
const name = 'nova-dev-audio-handler-dead-letters';

/** The description of each resource that drifted; the stack leaves aliases to rollouts. */
function drifted(input: PlanInput, ignore_changes: unknown = ['function_version', 'routing_config']) {
  const resource = { aws_lambda_alias: { [alias]: { lifecycle: { ignore_changes } } } };
  const ignores = ignoredIn({ resource });
  return driftOf(parsePlan(planJson(input)), 'nova-dev', ignores).map((one) => [
    one.words,
    ...differencesOf(one, exactArns).map(({ path, words }) => `${path}: ${words}`),
  ]);
}

describe('the change of an alias by a rollout', () => {
  const rolledOut = {
    drift: {
      [`aws_lambda_alias.${alias}`]: {
        before: { name: 'live', function_version: '3', routing_config: [] },
        after: {
          name: 'live',
          function_version: '4',
          routing_config: [{ additional_version_weights: { 5: 0.1 } }],
        },
      },
    },
    configured: { [`aws_lambda_alias.${alias}`]: { name: 'live', function_version: '3' } },
  };

  it('is no drift, since the stack leaves aliases to rollouts', () => {
    expect(drifted(rolledOut)).toEqual([]);
    expect(drifted(rolledOut, 'all')).toEqual([]);
    expect(drifted(rolledOut, ['function_version[0].x'])).toEqual([]);
  });

  it('is drift if the stack does not', () => {
    const expected = [['alias of function functions_audio-handler_alias', 'function_version: `3` → `4`']];

    expect(drifted(rolledOut, [])).toEqual(expected);
    expect(drifted(rolledOut, ['routing_config'])).toEqual(expected);
  });
});

describe('an attribute that the stack does not set', () => {
  it('is no drift: other resources add policies to a role', () => {
    const before = { name: 'nova-dev-audio-handler', inline_policy: [], managed_policy_arns: [] };
    const after = { ...before, inline_policy: [{ name: 'own', policy: '{}' }], managed_policy_arns: ['arn'] };

    expect(
      drifted({
        drift: { [role]: { before, after } },
        configured: { [role]: { name: before.name } },
      }),
    ).toEqual([]);
  });

  it('is left out when another attribute was changed by hand', () => {
    const before = { name, message_retention_seconds: 1_209_600, policy: '' };
    const after = { name, message_retention_seconds: 60, policy: policy(allow('sqs:SendMessage', '*')) };

    expect(
      drifted({
        drift: { [queue]: { before, after } },
        configured: { [queue]: { name, message_retention_seconds: 1_209_600 } },
      }),
    ).toEqual([['queue audio-handler-dead-letters', 'message_retention_seconds: `1209600` → `60`']]);
  });

  it('is also recognized in one of many instances', () => {
    const [before, after] = [
      { name, delay_seconds: 0 },
      { name, delay_seconds: 9 },
    ];

    expect(
      drifted({
        drift: { [`${queue}["a[0]"]`]: { before, after } },
        configured: { [queue]: { name, delay_seconds: 0 } },
      }),
    ).toEqual([['queue audio-handler-dead-letters', 'delay_seconds: `0` → `9`']]);
  });
});

describe('drift', () => {
  it('includes a deleted resource, whatever the stack ignores', () => {
    expect(drifted({ drift: { [queue]: { before: { name } } } })).toEqual([
      ['queue audio-handler-dead-letters'],
    ]);
    expect(
      drifted({ drift: { [`aws_lambda_alias.${alias}`]: { before: { name: 'live' } } } }, 'all'),
    ).toHaveLength(1);
  });

  it('does not include absent against empty, which providers do not distinguish', () => {
    const [before, after] = [{ layers: null }, { layers: [] }];

    expect(
      drifted({ drift: { [queue]: { before, after } }, configured: { [queue]: { layers: [] } } }),
    ).toEqual([]);
  });

  it('includes a policy that names another account', () => {
    const sendTo = (account: string) => ({
      policy: policy(allow('sqs:SendMessage', `arn:aws:sqs:us-east-1:${account}:letters`, { Sid: 'Send' })),
    });
    const change = { before: sendTo('111111111111'), after: sendTo('222222222222') };

    expect(drifted({ drift: { [queue]: change }, configured: { [queue]: { policy: '' } } })).toEqual([
      [expect.any(String), expect.stringMatching(/^policy › Send › resources: − .*:1{12}:.*\+ .*:2{12}:/)],
    ]);
  });
});

describe('tags', () => {
  const given = { configured: { [queue]: { name, tags: {} } } };
  const all = { Stage: 'dev' };

  it('of the provider are reported when they are missing', () => {
    const change = { before: { name, tags: {}, tags_all: all }, after: { name, tags: {}, tags_all: {} } };

    expect(drifted({ drift: { [queue]: change }, configured: { [queue]: { name } } })).toEqual([
      [expect.any(String), 'tags_all › Stage: `dev` → nothing'],
    ]);
  });

  it('are reported once although they appear twice', () => {
    const after = { name, tags: { By: 'hand' }, tags_all: { ...all, By: 'hand' } };

    expect(
      drifted({ drift: { [queue]: { before: { name, tags: {}, tags_all: all }, after } }, ...given }),
    ).toEqual([[expect.any(String), 'tags_all › By: nothing → `hand`']]);
  });

  it('count when `tags_all` is absent', () => {
    const change = { before: { name, tags: { Own: '1' } }, after: { name, tags: { Own: '2' } } };

    expect(drifted({ drift: { [queue]: change }, ...given })).toEqual([
      [expect.any(String), 'tags › Own: `1` → `2`'],
    ]);
  });
});
