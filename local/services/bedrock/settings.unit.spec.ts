import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { expect, it } from 'vitest';
import { modelSettings } from './settings.ts';

it('uses the stand-in without variables', () => {
  expect(modelSettings({}).real).toBeUndefined();
});

it('uses models on AWS in the region of each call, with one client a region', async () => {
  const { real = expect.fail('no client') } = modelSettings({ NOVA_MODELS: 'bedrock' });

  expect(real('eu-north-1')).toBeInstanceOf(BedrockRuntimeClient);
  expect(await real('eu-north-1').config.region()).toBe('eu-north-1');
  expect(real('eu-north-1')).toBe(real('eu-north-1'));
  expect(real('us-east-1')).not.toBe(real('eu-north-1'));
});

it('refuses unknown values with the remedy', () => {
  expect(() => modelSettings({ NOVA_MODELS: 'gpt' })).toThrow(
    /NOVA_MODELS: "gpt".*write stand-in or bedrock/,
  );
});
