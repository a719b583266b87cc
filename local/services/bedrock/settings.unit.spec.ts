import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { expect, it } from 'vitest';
import { modelSettings } from './settings.ts';

it('without variables the stand-in answers', () => {
  expect(modelSettings({}, 'us-east-1')).toEqual({});
});

it('models on AWS are called in the stack’s region', async () => {
  const { real } = modelSettings({ NOVA_MODELS: 'bedrock' }, 'eu-north-1');

  expect(real).toBeInstanceOf(BedrockRuntimeClient);
  expect(await real?.config.region()).toBe('eu-north-1');
});

it('what is not known is refused with the remedy', () => {
  expect(() => modelSettings({ NOVA_MODELS: 'gpt' }, 'us-east-1')).toThrow(
    /NOVA_MODELS: "gpt".*write stand-in or bedrock/,
  );
});
