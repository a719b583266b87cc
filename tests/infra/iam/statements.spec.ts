import { iamResourceType } from '@nova/shared/iam-table';
import { describe, expect, it } from 'vitest';
import { checks } from '../../../review/checks/all.ts';
import { describeFinding } from '../../../review/checks/check.ts';
import { coversFormat } from '../../../review/iam/arn-patterns.ts';
import { synthesize } from '../testing/synthesize.ts';

/** `make check` runs this folder: the statements of every stack against AWS's own table, which takes seconds. */
const ofStatements = ['known-actions', 'resources-taken', 'condition-keys-had'] as const;

// A stage's settings change its statements, and the owner of account logging has one role more.
describe.each(['dev', 'staging', 'prod'])('the policies of %s', (stage) => {
  it.each(ofStatements)('pass %s', (check) => {
    const environment = { PIPELINE_REPOSITORY: 'nova/platform', ACCOUNT_LOGGING: 'own' };
    const { settings, ...stacks } = synthesize(stage, environment);
    const traits = { watched: settings.monitoring.alarms };

    expect(Object.keys(stacks).sort()).toEqual(['pipeline', 'platform', 'registry']);
    const findings = Object.values(stacks).flatMap((stack) => checks[check](stack, traits));
    expect(findings.map(describeFinding)).toEqual([]);
  });
});

describe('a pattern of a policy', () => {
  it.each([
    ['arn:aws:s3:::b/uploads/*', 's3', 'object', true],
    ['arn:aws:s3:::b*', 's3', 'object', true],
    ['arn:aws:s3:::b', 's3', 'object', false],
    ['arn:aws:s3:::b', 's3', 'bucket', true],
    ['arn:aws:s3:::b/uploads/*', 's3', 'bucket', false],
    ['*', 's3', 'object', true],
    ['arn:aws:apigateway:r::/*', 'apigateway', 'RestApi', true],
    ['arn:aws:sqs:r:1:q', 's3', 'object', false],
  ])('%s covers ARNs of %s, type %s: %s', (pattern, service, type, expected) => {
    const format = iamResourceType(service, type)?.arn ?? expect.fail('no such type');

    expect(coversFormat(pattern, format)).toBe(expected);
  });
});
