import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { expect, it } from 'vitest';
import { modelSettings } from './settings.ts';

it('uses the stand-in without variables', () => {
  expect(modelSettings({}, 'us-east-1')).toEqual({});
});

it('uses models on AWS in the stack’s region', async () => {
  const { real } = modelSettings({ NOVA_MODELS: 'bedrock' }, 'eu-north-1');

  expect(real).toBeInstanceOf(BedrockRuntimeClient);
  expect(await real?.config.region()).toBe('eu-north-1');
});

it('refuses unknown values with the remedy', () => {
  expect(() => modelSettings({ NOVA_MODELS: 'gpt' }, 'us-east-1')).toThrow(
    /NOVA_MODELS: "gpt".*write stand-in or bedrock/,
  );
});
