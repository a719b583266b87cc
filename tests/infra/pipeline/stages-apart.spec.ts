import * as naming from '@nova/shared/naming';
import { describe, expect, it } from 'vitest';
import { named, StageFixture } from './stage-fixture.ts';

/** What AWS's table gives neither a resource nor a condition that tells stages apart: names and settings, no contents. */
const readOfAll = [
  'cloudwatch:DescribeAlarms',
  'kms:ListAliases',
  'logs:DescribeLogGroups',
  'logs:DescribeQueryDefinitions',
];
const changeOfAll = ['logs:DeleteQueryDefinition', 'logs:PutQueryDefinition'];
/** API Gateway's half of tagging; the other half is PATCH on the resource, which is refused, as is its tag `Stage`. */
const tagsOfAll = ['apigateway:DELETE', 'apigateway:PUT'];
/** AWS WAF's half of putting a web ACL before an API; API Gateway's half is refused. */
const firewallsOfAll = ['wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL'];

const staging = new StageFixture('staging');
const prod = new StageFixture('prod', { ACCOUNT_LOGGING: 'own' });

describe.each([
  ['staging', staging, prod],
  ['prod', prod, staging],
])('the workflows of %s', (_, own, other) => {
  it('may read and change every resource of their stage', () => {
    expect(own.reads.length).toBeGreaterThan(300);
    expect(named(own.reads.filter((request) => !own.allows('plan', request)))).toEqual([]);
    expect(named(own.changes.filter((request) => !own.allows('deploy', request)))).toEqual([]);
    expect(named(own.reads.filter((request) => !own.allows('deploy', request)))).toEqual([]);
    expect(named(own.changes.filter((request) => own.allows('plan', request)))).toEqual([]);
  });

  it('read nothing of another stage, except what AWS cannot tell apart', () => {
    const read = other.reads.filter(
      (request) => own.allows('plan', request) || own.allows('deploy', request),
    );

    expect([...new Set(read.map(({ action }) => action))].sort()).toEqual([
      ...readOfAll,
      'wafv2:GetWebACLForResource',
    ]);
  });

  it('change nothing of another stage, except what AWS cannot tell apart', () => {
    const changed = other.changes.filter((request) => own.allows('deploy', request));

    expect([...new Set(changed.map(({ action }) => action))].sort()).toEqual([
      ...tagsOfAll,
      ...changeOfAll,
      ...firewallsOfAll,
    ]);
  });

  it.each(['plan', 'deploy'] as const)(
    'as %s read no list of API keys, and no key without a stage',
    (role) => {
      const { requests } = own;
      const lists = ['/apikeys', '/usageplans', '/restapis'].map((path) => requests.gateway(path));
      const reads = [
        ...lists.flatMap((list) => requests.onUntagged(list, ['apigateway:GET'])),
        ...requests.onUntagged(requests.gateway('/apikeys/of-nobody'), ['apigateway:GET']),
        ...requests.onUntagged(requests.gateway('/usageplans/of-nobody/keys'), ['apigateway:GET']),
      ];

      expect(named(reads.filter((request) => own.allows(role, request)))).toEqual([]);
    },
  );

  // A role that AWS denies a missing resource could not tell that it is missing.
  it('see that a resource was deleted by hand', () => {
    const { requests } = own;
    const gone = [
      ...requests.onUntagged(requests.gateway('/restapis/gone'), ['apigateway:GET']),
      ...requests.onUntagged(requests.arn('bedrock', 'guardrail/gone'), ['bedrock:GetGuardrail']),
      ...requests.onUntagged(requests.arn('lambda', 'event-source-mapping:gone'), [
        'lambda:GetEventSourceMapping',
      ]),
    ];

    expect(named(gone.filter((request) => !own.allows('plan', request)))).toEqual([]);
  });

  it('cannot make a resource of another stage their own', () => {
    const key = other.requests.gateway('/apikeys/k1');
    const tag = other.requests.gateway(`/tags/${encodeURIComponent(key)}`);
    const retag = [
      ...other.requests.on(key, ['apigateway:PATCH']),
      ...other.requests.onUntagged(tag, ['apigateway:DELETE'], { 'aws:TagKeys': ['Stage'] }),
      ...other.requests.on(other.requests.arn('bedrock', 'guardrail/g1'), [
        'bedrock:TagResource',
        'bedrock:UntagResource',
      ]),
      ...other.requests.on(other.requests.arn('lambda', 'event-source-mapping:m1'), [
        'lambda:TagResource',
        'lambda:UntagResource',
      ]),
    ];

    expect(named(retag.filter((request) => own.allows('deploy', request)))).toEqual([]);
  });

  it('create nothing with the tag of another stage, or without one', () => {
    const { requests } = other;
    const lists = ['/restapis', '/apikeys', '/usageplans'].map((path) => requests.gateway(path));
    const created = lists.flatMap((path) => [
      ...requests.creating(path, ['apigateway:POST']),
      ...requests.onUntagged(path, ['apigateway:POST']),
    ]);
    const guardrails = [
      ...requests.creating('*', ['bedrock:CreateGuardrail']),
      ...requests.onUntagged('*', ['bedrock:CreateGuardrail']),
    ];

    const refused = [...created, ...guardrails].filter((request) => !own.allows('deploy', request));
    expect(refused).toHaveLength(created.length + guardrails.length);
  });

  it('publish no event, and write no setting of the account', () => {
    const { requests } = own;
    const { prefix, region } = own.settings;
    const asked = [
      ...requests.on(requests.arn('events', `event-bus/${prefix}`), [
        'events:PutEvents',
        'events:PutPermission',
        'events:PutResourcePolicy',
      ]),
      ...requests.on(requests.arn('ecr', `repository/${naming.imageRepositoryOf(prefix)}`), [
        'ecr:PutRegistryPolicy',
        'ecr:PutReplicationConfiguration',
      ]),
      ...requests.on(requests.arn('lambda', `function:${naming.functionNameOf(prefix, 'event-handler')}`), [
        'lambda:CreateFunctionUrlConfig',
        'lambda:InvokeFunction',
        'lambda:PutResourcePolicy',
      ]),
      ...requests.on(`arn:aws:s3:::${naming.contentBucketOf(prefix, own.platform.accountId, region)}`, [
        's3:PutBucketAcl',
        's3:PutBucketRequestPayment',
        's3:PutBucketWebsite',
      ]),
    ];

    expect(named(asked.filter((request) => own.allows('deploy', request)))).toEqual([]);
  });
});
