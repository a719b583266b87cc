import { describe, expect, it } from 'vitest';
import { expectModel } from './catalogue.ts';
import { locate } from './locate.ts';

const inRegion = (region: string) => ({ region, accountId: '000000000000' });
const virginia = inRegion('us-east-1');
const model = (region: string, id: string) => `arn:aws:bedrock:${region}::foundation-model/${id}`;

describe('a model id', () => {
  it('of a model resolves to its ARN in this region', () => {
    const id = 'amazon.nova-2-sonic-v1:0';

    expect(locate(id, virginia)).toMatchObject({
      model: id,
      profileArn: undefined,
      modelArns: [model('us-east-1', id)],
    });
    expect(locate(model('us-east-1', id), virginia)).toEqual(locate(id, virginia));
  });

  it('of a profile resolves to the profile, and to the model in each of its regions', () => {
    const id = 'jp.anthropic.claude-sonnet-4-6';
    const profileArn = `arn:aws:bedrock:ap-northeast-1:000000000000:inference-profile/${id}`;

    const address = locate(id, inRegion('ap-northeast-1'));

    expect(address).toMatchObject({ model: 'anthropic.claude-sonnet-4-6', profileArn });
    expect(address.modelArns).toEqual(
      ['ap-northeast-1', 'ap-northeast-3'].map((one) => model(one, 'anthropic.claude-sonnet-4-6')),
    );
    expect(locate(profileArn, inRegion('ap-northeast-1'))).toEqual(address);
  });

  it('of a profile leads to the region of the call too, where that is not among the geography’s', () => {
    const address = locate('eu.anthropic.claude-sonnet-4-6', inRegion('eu-west-2'));

    expect(address.regions).toContain('eu-west-2');
    expect(address.regions).toHaveLength(7);
  });

  it('that is an ARN of another region resolves to no model, as on Bedrock', () => {
    const address = locate(model('us-east-1', 'amazon.nova-2-sonic-v1:0'), inRegion('ap-northeast-1'));

    expect(() => expectModel(address, 'speech')).toThrow(/identifier is invalid/);
  });

  it('of the global profile resolves to the model without a region too', () => {
    expect(locate('global.anthropic.claude-sonnet-4-6', virginia).modelArns).toEqual([
      model('us-east-1', 'anthropic.claude-sonnet-4-6'),
      model('', 'anthropic.claude-sonnet-4-6'),
    ]);
  });
});

describe('the stand-in', () => {
  const expected =
    (id: string, ability: 'chat' | 'video' | 'speech' | 'embedding', where = virginia) =>
    () =>
      expectModel(locate(id, where), ability);

  it.each([
    ['us.anthropic.claude-sonnet-4-6', 'chat'],
    ['global.anthropic.claude-sonnet-5-5', 'chat'],
    ['us.amazon.nova-2-lite-v1:0', 'video'],
    ['amazon.nova-2-sonic-v1:0', 'speech'],
    ['amazon.nova-2-multimodal-embeddings-v1:0', 'embedding'],
  ] as const)('supports %s', (id, ability) => {
    expect(expected(id, ability)).not.toThrow();
  });

  const tokyo = inRegion('ap-northeast-1');
  const frankfurt = inRegion('eu-central-1');

  it.each([
    ['jp.anthropic.claude-sonnet-4-6', 'chat', tokyo],
    ['jp.amazon.nova-2-lite-v1:0', 'video', tokyo],
    ['amazon.nova-2-sonic-v1:0', 'speech', tokyo],
    ['eu.amazon.nova-2-lite-v1:0', 'video', frankfurt],
  ] as const)('supports %s in its region', (id, ability, where) => {
    expect(expected(id, ability, where)).not.toThrow();
  });

  it.each([
    ['us.anthropic.claude-sonnet-4-6', 'chat', tokyo],
    ['jp.amazon.nova-2-lite-v1:0', 'video', inRegion('ap-northeast-3')],
    ['amazon.nova-2-sonic-v1:0', 'speech', frankfurt],
    ['amazon.nova-2-multimodal-embeddings-v1:0', 'embedding', tokyo],
  ] as const)('refuses %s in a region that does not have it', (id, ability, where) => {
    expect(expected(id, ability, where)).toThrow(/identifier is invalid/);
  });

  it.each([
    ['', 'chat', /identifier is invalid/],
    ['us.acme.model', 'chat', /identifier is invalid/],
    ['eu.anthropic.claude-sonnet-4-6', 'chat', /identifier is invalid/],
    ['us.amazon.nova-2-sonic-v1:0', 'speech', /identifier is invalid/],
    ['anthropic.claude-sonnet-4-6', 'chat', /on-demand throughput/],
    ['us.anthropic.claude-sonnet-4-6', 'video', /doesn't support the video/],
  ] as const)('refuses %s', (id, ability, message) => {
    expect(expected(id, ability)).toThrow(message);
  });
});
