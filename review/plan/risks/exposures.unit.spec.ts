import { describe, expect, it } from 'vitest';
import { allow, policy, rendered, reviewed, roleMay } from '../testing/plan-builder.ts';

const storeArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/nova-dev-event-store';
describe('public or too wide access', () => {
  const exposuresOf = (address: string, after: object, before?: object) =>
    reviewed({ changes: { [`${address}_00000000`]: { after, ...(before ? { before } : {}) } } }).exposures;
  const bucketPolicy = (principal: unknown, more: object = {}) => ({
    bucket: 'nova-dev-content-123456789012-us-east-1',
    policy: policy(
      allow('s3:GetObject', 'arn:aws:s3:::nova-dev-content-123456789012-us-east-1/*', {
        Principal: principal,
        ...more,
      }),
    ),
  });

  it.each([
    ['anyone', '*', {}],
    ['anyone, written long', { AWS: '*' }, {}],
    ['anyone from a place', '*', { Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }],
  ])('is a bucket for %s', (_, principal, more) => {
    expect(exposuresOf('aws_s3_bucket_policy.x', bucketPolicy(principal, more))).toEqual([
      expect.stringContaining('anyone in the world may `s3:GetObject`'),
    ]);
  });

  it.each([
    ['a service', { Service: 'events.amazonaws.com' }, {}],
    ['anyone of the organization', '*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
    ['nobody', '*', { Effect: 'Deny' }],
  ])('is not a bucket for %s', (_, principal, more) => {
    expect(exposuresOf('aws_s3_bucket_policy.x', bucketPolicy(principal, more))).toEqual([]);
  });

  it.each([
    ['aws_iam_role_policy.x', roleMay(allow('*', '*'))],
    ['aws_iam_role_policy.x', roleMay(allow('dynamodb:*', storeArn))],
    ['aws_iam_role_policy.x', roleMay(allow('dynamodb:Query', '*'))],
    ['aws_iam_role_policy.x', roleMay({ Effect: 'Allow', NotAction: 'iam:*', Resource: storeArn })],
    [
      'aws_iam_role_policy_attachment.x',
      { role: 'r', policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ],
    ['aws_lambda_permission.x', { action: 'lambda:InvokeFunction', function_name: 'f', principal: '*' }],
    [
      'aws_lambda_permission.x',
      { action: 'lambda:InvokeFunction', function_name: 'f', principal: 's3.amazonaws.com' },
    ],
    ['aws_lambda_function_url.x', { function_name: 'f', authorization_type: 'NONE' }],
    ['aws_api_gateway_method.x', { authorization: 'NONE', api_key_required: false, http_method: 'GET' }],
    [
      'aws_s3_bucket_public_access_block.x',
      { bucket: 'b', block_public_acls: false },
      { bucket: 'b', block_public_acls: true },
    ],
  ])('is %s %j', (address, after, before?: object) => {
    expect(exposuresOf(address, after, before)).toHaveLength(1);
  });

  it('is not an action that AWS does not scope', () => {
    expect(exposuresOf('aws_iam_role_policy.x', roleMay(allow('xray:PutTraceSegments', '*')))).toEqual([]);
  });

  it('comes before everything but lost data', () => {
    const page = rendered({
      changes: { 'aws_iam_role_policy.x_00000000': { after: roleMay(allow('*', '*')) } },
    });

    expect(page.match(/^## .*/m)?.[0]).toBe('## OPEN OR TOO WIDE');
    expect(page).toContain('**`audio-handler` gets a wildcard: `*` on everything**');
  });
});
