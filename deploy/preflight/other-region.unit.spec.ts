import { expect, it } from 'vitest';
import { awsError, scripted } from '../testing/scripted.ts';
import { expectNoOtherRegion } from './other-region.ts';

const settings = { stage: 'prod', prefix: 'nova', region: 'ap-northeast-1' };
const policyIn = (region: string) => () => ({
  PolicyDocument: encodeURIComponent(
    JSON.stringify({
      Statement: [{ Resource: [`arn:aws:lambda:${region}:123456789012:function:nova-agent-core`] }],
    }),
  ),
});
const check = (answer: () => unknown) =>
  expectNoOtherRegion(scripted({ GetRolePolicy: answer }).client, settings);

it('a stage that the account has in another region is refused, with both remedies', async () => {
  await expect(check(policyIn('us-east-1'))).rejects.toThrow(
    'Stage prod is in us-east-1 already, and a stage is in one region: give REGION=us-east-1, or choose another stage for ap-northeast-1.',
  );
});

it.each([
  ['that is in this region', policyIn('ap-northeast-1')],
  ['that the account does not have', awsError('NoSuchEntityException', 404)],
  ['whose role may not be read', awsError('AccessDenied', 403)],
])('a stage %s is not refused', async (_case, answer) => {
  await expect(check(answer)).resolves.toBeUndefined();
});

it('any other failure is reported', async () => {
  await expect(check(awsError('ServiceFailure', 500))).rejects.toThrow('ServiceFailure');
});
