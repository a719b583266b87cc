import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { UserError } from '@nova/shared/run-main';
import { findTesseract, type PictureEngine } from './pictures/tesseract.ts';
import { findFfmpeg, type SoundDecoder } from './speech/ffmpeg.ts';

/**
 * Reads `NOVA_MODELS` (`stand-in`, the default, or `bedrock`). The stand-ins read pictures where an engine is installed, and decode sound where `PATH`
 * has a program that does. Amazon Transcribe is a stand-in in any case.
 * @throws UserError naming the variable and its valid values
 */
export function modelSettings(environment: Readonly<Record<string, string | undefined>>): {
  readonly real?: (region: string) => BedrockRuntimeClient;
  readonly pictures?: PictureEngine;
  readonly sound?: SoundDecoder;
} {
  const { NOVA_MODELS: models = 'stand-in' } = environment;
  if (models !== 'stand-in' && models !== 'bedrock') {
    throw new UserError(`NOVA_MODELS: "${models}" is not known; write stand-in or bedrock`);
  }
  const sound = findFfmpeg(environment.PATH);
  const decoder = sound ? { sound } : {};
  if (models !== 'bedrock') {
    const pictures = findTesseract();
    return { ...decoder, ...(pictures ? { pictures } : {}) };
  }
  const clients = new Map<string, BedrockRuntimeClient>();
  return {
    ...decoder,
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
