import { describe, expect, it } from 'vitest';
import { callersOf, destinationsOf, profileIn, profileParts } from './inference-profiles.ts';
import { defaultModels, foundationModelArn, modelAddress } from './models.ts';
import { defaultRegion, missingIn, modelsIn, offers, stageRegions } from './regions.ts';

describe('regions of stages', () => {
  it('have everything, and are the four with Nova 2 Sonic', () => {
    expect(stageRegions).toEqual(['us-east-1', 'us-west-2', 'eu-north-1', 'ap-northeast-1']);
    expect(stageRegions).toContain(defaultRegion);
    for (const region of stageRegions) expect(missingIn(region)).toEqual([]);
  });

  it.each([
    ['ap-southeast-2', ['Nova 2 Sonic', 'Nova 2 Lite']],
    ['eu-west-1', ['Nova 2 Sonic']],
    ['ap-northeast-3', ['Nova 2 Sonic', 'Nova 2 Lite', 'S3 Vectors']],
    ['nowhere', offers.map(({ name }) => name)],
  ])('%s lacks %s', (region, names) => {
    const missing = missingIn(region).map(({ name }) => name);

    expect(missing).toEqual(names.map((name) => expect.stringContaining(name)));
  });

  it('come from a page of AWS each', () => {
    for (const { page } of offers) expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  });
});

describe('models', () => {
  it.each([
    ['us-west-2', 'us', 'us'],
    ['eu-north-1', 'eu', 'eu'],
    ['ap-northeast-1', 'jp', 'jp'],
  ])('of %s have the profiles of their geography', (region, chat, video) => {
    expect(modelsIn(region)).toMatchObject({
      chat: `${chat}.${defaultModels.chat}`,
      video: `${video}.${defaultModels.video}`,
      speech: defaultModels.speech,
      embedding: foundationModelArn('us-east-1', defaultModels.embedding),
    });
  });

  it('are embedded in the region itself where it has the model', () => {
    expect(modelsIn('us-east-1').embedding).toBe(defaultModels.embedding);
  });

  it('have no profile in a region that may not call one', () => {
    expect(profileIn('ap-northeast-3', defaultModels.video)).toBeUndefined();
    expect(profileIn('ap-southeast-2', defaultModels.chat)).toBe('au.anthropic.claude-sonnet-4-6');
  });

  it('of another region are named by their ARN', () => {
    expect(modelAddress('a.b')).toEqual({ id: 'a.b', region: undefined });
    expect(modelAddress(foundationModelArn('us-east-1', 'a.b-v1:0'))).toEqual({
      id: 'a.b-v1:0',
      region: 'us-east-1',
    });
  });
});

describe('an inference profile', () => {
  it('sends calls to the regions of its geography, and to the one they come from', () => {
    expect(destinationsOf('us', 'us-east-1')).toEqual(['us-east-1', 'us-east-2', 'us-west-2']);
    expect(destinationsOf('us', 'ca-central-1')).toContain('ca-central-1');
    expect(destinationsOf('jp', 'ap-northeast-1')).toEqual(['ap-northeast-1', 'ap-northeast-3']);
  });

  it('that is global sends them to the model without a region too', () => {
    expect(destinationsOf('global', 'eu-north-1')).toEqual(['eu-north-1', '']);
  });

  it('of a geography that is not listed is unknown', () => {
    expect(destinationsOf('apac', 'ap-south-1')).toBeUndefined();
  });

  it('has a geography and a model in its id', () => {
    expect(profileParts('jp.amazon.nova-2-lite-v1:0')).toEqual({
      geography: 'jp',
      model: 'amazon.nova-2-lite-v1:0',
    });
    expect(profileParts('amazon.nova-2-lite-v1:0')).toBeUndefined();
  });

  it('has callers in its own geography, also for a model that is not listed', () => {
    expect(callersOf('jp', 'anthropic.other')).toContain('ap-northeast-1');
    expect(callersOf('jp', 'anthropic.other')).not.toContain('us-east-1');
    expect(callersOf('au', defaultModels.video)).toEqual([]);
  });
});
