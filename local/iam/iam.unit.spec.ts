import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aRecordingLogger, aStack, temporaryDirectory } from '../testing/service-fixture.ts';
import type { RequestValues } from './conditions.ts';
import { type Decision, evaluate } from './evaluate.ts';
import { identitiesOf } from './identities.ts';
import { MalformedPolicyError, parsePolicy } from './policy.ts';
import { matchesArn, matchesWildcard } from './wildcard.ts';

type Json = Record<string, unknown>;
const policy = (...statements: Json[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((one) => ({ Effect: 'Allow', ...one })),
  });

const decide = (statements: Json[], action: string, resource: string, values: Json = {}): Decision =>
  evaluate(parsePolicy(policy(...statements), 'test'), {
    action,
    resource,
    values: new Map(Object.entries(values).map(([key, value]) => [key, [value].flat()])) as RequestValues,
  });

describe('wildcards', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '.'), maxLength: 12 });
  const patterns = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?', '.'), maxLength: 12 });
  const meaning: Record<string, string> = { '*': '.*', '?': '.', '.': '[.]' };
  const asRegExp = (pattern: string) =>
    new RegExp(`^${[...pattern].map((letter) => meaning[letter] ?? letter).join('')}$`);

  it('match as the regular expression they stand for', () => {
    fc.assert(
      fc.property(patterns, letters, (pattern, value) => {
        expect(matchesWildcard(pattern, value)).toBe(asRegExp(pattern).test(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('match any text between their pieces', () => {
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 5 }), (pieces) => {
        expect(matchesWildcard(pieces.join('*'), pieces.join('between'))).toBe(true);
      }),
    );
  });

  it('are matched in less than exponential time', () => {
    expect(matchesWildcard(`${'*a'.repeat(200)}*b`, 'a'.repeat(2000))).toBe(false);
  });

  it('stay within a part of an ARN', () => {
    expect(matchesArn('arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/a:b/c')).toBe(true);
    expect(matchesArn('arn:aws:*:rule', 'arn:aws:events:us-east-1:0:rule')).toBe(false);
    expect(matchesArn('arn:aws:events:*:*:rule/x', 'arn:aws:events:us-east-1:0:rule/x')).toBe(true);
  });
});

describe('evaluation', () => {
  const read = { Action: 's3:Get*', Resource: 'arn:aws:s3:::b/*' };

  it('allows what a statement allows, whatever the case of the action, and nothing else', () => {
    expect(decide([read], 's3:getobject', 'arn:aws:s3:::b/k')).toBe('allow');
    expect(decide([read], 's3:PutObject', 'arn:aws:s3:::b/k')).toBe('implicit-deny');
    expect(decide([read], 's3:GetObject', 'arn:aws:s3:::other/k')).toBe('implicit-deny');
    expect(decide([read], 's3:GetObject', 'arn:aws:s3:::B/k')).toBe('implicit-deny');
  });

  // AWS's table: StartTranscriptionJob, StopDeployment and ListStreams take no resource.
  it.each([
    ['transcribe:StartTranscriptionJob', 'arn:aws:transcribe:us-east-1:0:transcription-job/nova-1'],
    ['codedeploy:StopDeployment', 'arn:aws:codedeploy:us-east-1:0:deploymentgroup:nova/agent-core'],
    ['dynamodb:ListStreams', 'arn:aws:dynamodb:us-east-1:0:table/nova/stream/1'],
  ])('matches %s, which takes no resource, with * alone', (action, arn) => {
    const onAnArn = { Action: action, Resource: [arn, arn.replace(/nova.*/, '*')] };

    expect(decide([onAnArn], action, arn)).toBe('implicit-deny');
    expect(decide([{ ...onAnArn, Resource: '*' }], action, arn)).toBe('allow');
    expect(
      decide(
        [
          { Action: action, Resource: '*' },
          { ...onAnArn, Effect: 'Deny' },
        ],
        action,
        arn,
      ),
    ).toBe('allow');
  });

  it('negates NotAction and NotResource', () => {
    const inverse = { NotAction: 's3:*', NotResource: ['arn:x:1', 'arn:x:2'] };

    expect(decide([inverse], 'sqs:SendMessage', 'arn:x:3')).toBe('allow');
    expect(decide([inverse], 's3:GetObject', 'arn:x:3')).toBe('implicit-deny');
    expect(decide([inverse], 'sqs:SendMessage', 'arn:x:2')).toBe('implicit-deny');
  });

  it('lets a matching Deny override any number of Allows, in any order', () => {
    const effects = fc.constantFrom('Allow', 'Deny');
    const actions = fc.constantFrom('s3:GetObject', 's3:*', '*', 's3:PutObject', 'sqs:*');
    const resources = fc.constantFrom('arn:aws:s3:::b/k', 'arn:aws:s3:::b/*', '*', 'arn:aws:s3:::c/*');
    const statement = fc.record({ Effect: effects, Action: actions, Resource: resources });
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1 }), (statements) => {
        const applies = (one: Json) =>
          matchesWildcard(String(one.Action), 's3:GetObject') &&
          matchesWildcard(String(one.Resource), 'arn:aws:s3:::b/k');
        const effectsThatApply = statements.filter(applies).map(({ Effect }) => Effect);

        const decision = decide(statements, 's3:GetObject', 'arn:aws:s3:::b/k');

        const expected = effectsThatApply.includes('Deny')
          ? 'explicit-deny'
          : effectsThatApply.includes('Allow')
            ? 'allow'
            : 'implicit-deny';
        expect(decision).toBe(expected);
      }),
    );
  });
});

describe('conditions', () => {
  const allowedIf = (condition: Json, values: Json) =>
    decide([{ Action: '*', Resource: '*', Condition: condition }], 'a:B', 'arn:x', values) === 'allow';

  it.each([
    ['StringEquals', { StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
    ['StringEquals, other value', { StringEquals: { k: 'a' } }, { k: 'b' }, false],
    ['StringEquals, no such key', { StringEquals: { k: 'a' } }, {}, false],
    ['StringEqualsIfExists, no such key', { StringEqualsIfExists: { k: 'a' } }, {}, true],
    ['StringNotEquals', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
    ['StringNotEquals, no such key', { StringNotEquals: { k: 'a' } }, {}, true],
    ['StringLike', { StringLike: { 's3:prefix': 'uploads/*' } }, { 's3:prefix': 'uploads/t/1' }, true],
    ['StringLike, elsewhere', { StringLike: { 's3:prefix': 'uploads/*' } }, { 's3:prefix': 'x' }, false],
    ['keys in any case', { StringEquals: { 'AWS:PrincipalArn': 'p' } }, { 'aws:principalarn': 'p' }, true],
    ['ArnLike', { ArnLike: { k: 'arn:aws:sns:*:*:t' } }, { k: 'arn:aws:sns:r:1:t' }, true],
    ['ArnEquals', { ArnEquals: { k: 'arn:aws:sns:r:1:t' } }, { k: 'arn:aws:sns:r:1:u' }, false],
    ['Bool', { Bool: { 'aws:securetransport': 'false' } }, { 'aws:securetransport': 'true' }, false],
    ['NumericLessThanEquals', { NumericLessThanEquals: { k: '10' } }, { k: '9' }, true],
    [
      'DateGreaterThan',
      { DateGreaterThan: { k: '2026-01-01T00:00:00Z' } },
      { k: '2025-01-01T00:00:00Z' },
      false,
    ],
    ['Null, absent', { Null: { k: 'true' } }, {}, true],
    ['Null, present', { Null: { k: 'true' } }, { k: 'x' }, false],
    [
      'all operators must hold',
      { StringEquals: { k: 'a' }, Bool: { l: 'true' } },
      { k: 'a', l: 'false' },
      false,
    ],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, { k: ['x', 'b'] }, true],
    ['ForAnyValue, no such key', { 'ForAnyValue:StringEquals': { k: ['a'] } }, {}, false],
    ['ForAllValues', { 'ForAllValues:StringLike': { k: ['t1#*'] } }, { k: ['t1#a', 't2#b'] }, false],
    ['ForAllValues, all', { 'ForAllValues:StringLike': { k: ['t1#*'] } }, { k: ['t1#a', 't1#b'] }, true],
    [
      'an unknown operator',
      { IpAddress: { 'aws:sourceip': '0.0.0.0/0' } },
      { 'aws:sourceip': '1.1.1.1' },
      false,
    ],
  ] as const)('%s', (_, condition, values, expected) => {
    expect(allowedIf(condition, values)).toBe(expected);
  });

  it('deny when a Deny cannot be evaluated', () => {
    const deny = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { IpAddress: { k: '1' } } };

    expect(decide([{ Action: '*', Resource: '*' }, deny], 'a:B', 'arn:x')).toBe('explicit-deny');
  });
});

describe('a policy that IAM would refuse', () => {
  it.each([
    ['{', 'not JSON'],
    ['[]', 'a policy must be a JSON object'],
    ['{}', 'Statement is missing'],
    [
      '{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}',
      'Effect must be Allow or Deny, not "allow"',
    ],
    ['{"Statement":{"Effect":"Allow","Resource":"*"}}', 'Action or NotAction must be a string'],
    ['{"Statement":{"Effect":"Allow","Action":"*"}}', 'Resource or NotResource must be a string'],
  ])('is refused here too: %s', (document, problem) => {
    expect(() => parsePolicy(document, 'aws_iam_role_policy.x')).toThrow(MalformedPolicyError);
    expect(() => parsePolicy(document, 'aws_iam_role_policy.x')).toThrow(problem);
  });
});

describe('identities of a stack', () => {
  const arn = 'arn:aws:iam::000000000000:role/reader';
  const stack = aStack({
    aws_iam_role: [{ name: 'reader', arn }],
    aws_iam_role_policy: [{ role: 'reader', policy: policy({ Action: 's3:GetObject', Resource: '*' }) }],
    aws_iam_policy: [
      {
        arn: 'arn:aws:iam::000000000000:policy/send',
        policy: policy({ Action: 'sqs:SendMessage', Resource: '*', Condition: { IpAddress: { k: '1' } } }),
      },
    ],
    aws_iam_role_policy_attachment: [
      { role: 'reader', policy_arn: 'arn:aws:iam::000000000000:policy/send' },
      { role: 'reader', policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    ],
    aws_lambda_function: [{ function_name: 'nova-search', role: arn }],
  });

  it('deny access in the words of AWS', () => {
    const identities = identitiesOf(stack, temporaryDirectory(), aRecordingLogger());
    const caller = identities.find(identities.credentialsFor(arn, 'nova-search').accessKeyId)?.caller;

    expect(() => caller?.authorise('s3:GetObject', 'arn:aws:s3:::b/k')).not.toThrow();
    expect(() => caller?.authorise('s3:PutObject', 'arn:aws:s3:::b/k')).toThrow(
      'User: arn:aws:sts::000000000000:assumed-role/reader/nova-search is not authorized to perform: s3:PutObject' +
        ' on resource: arn:aws:s3:::b/k because no identity-based policy allows the s3:PutObject action',
    );
  });

  it('report conditions that they cannot evaluate', () => {
    const logger = aRecordingLogger();

    identitiesOf(stack, temporaryDirectory(), logger);

    expect(logger.warnings).toEqual([
      expect.stringContaining(
        'attaches arn:aws:iam::aws:policy/ReadOnlyAccess, which the stack does not declare',
      ),
      expect.stringContaining('cannot judge IpAddress on k, so the statement never allows here'),
    ]);
  });

  it('keep their credentials across a restart, and have others in another data directory', () => {
    const dir = temporaryDirectory();
    const first = identitiesOf(stack, dir, aRecordingLogger());
    const again = identitiesOf(stack, dir, aRecordingLogger());
    const elsewhere = identitiesOf(stack, temporaryDirectory(), aRecordingLogger());

    expect(again.credentialsFor(arn)).toEqual(first.credentialsFor(arn));
    expect(again.developer).toEqual(first.developer);
    expect(elsewhere.developer).not.toEqual(first.developer);
    expect(first.developer.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  });

  it('recognise access keys that an earlier process issued', () => {
    const dir = temporaryDirectory();
    const { accessKeyId } = identitiesOf(stack, dir, aRecordingLogger()).credentialsFor(arn, 'nova-search');

    const identity = identitiesOf(stack, dir, aRecordingLogger()).find(accessKeyId);

    expect(identity?.caller.principalArn).toBe('arn:aws:sts::000000000000:assumed-role/reader/nova-search');
  });

  it('include the developer, who may do anything', () => {
    const identities = identitiesOf(stack, temporaryDirectory(), aRecordingLogger());
    const developer = identities.find(identities.developer.accessKeyId)?.caller;

    expect(() => developer?.authorise('s3:DeleteBucket', 'arn:aws:s3:::b')).not.toThrow();
  });

  it('do not include a role that the stack does not declare', () => {
    const identities = identitiesOf(stack, temporaryDirectory(), aRecordingLogger());

    expect(() => identities.credentialsFor('arn:aws:iam::0:role/other')).toThrow('declares no role');
  });
});
