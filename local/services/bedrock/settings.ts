import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { UserError } from '@nova/shared/run-main';

/**
 * Reads `NOVA_MODELS` (`stand-in`, the default, or `bedrock`).
 * @throws UserError naming the variable and its valid values
 */
export function modelSettings(environment: Readonly<Record<string, string | undefined>>): {
  readonly real?: (region: string) => BedrockRuntimeClient;
} {
  const { NOVA_MODELS: models = 'stand-in' } = environment;
  if (models !== 'stand-in' && models !== 'bedrock') {
    throw new UserError(`NOVA_MODELS: "${models}" is not known; write stand-in or bedrock`);
  }
  if (models !== 'bedrock') return {};
  const clients = new Map<string, BedrockRuntimeClient>();
  return {
    real(region) {
      const client = clients.get(region) ?? new BedrockRuntimeClient({ region });
      clients.set(region, client);
      return client;
    },
  };
}

/**
 * Values for the stack's variables that fit the models: the stand-in takes audio faster than real time, so speech is sent
 * at full speed.
 */
export function modelVariables(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return environment.NOVA_MODELS === 'bedrock' ? {} : { TF_VAR_speech_pace: '0' };
}
