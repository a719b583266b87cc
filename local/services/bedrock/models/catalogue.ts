import { callersOf } from '@nova/shared/inference-profiles';
import { modelRegions } from '@nova/shared/regions';
import { invalid } from '../errors.ts';
import type { ModelAddress } from './locate.ts';

/** The models the stand-in answers for. */

export type Ability = 'chat' | 'image' | 'video' | 'speech' | 'embedding';

interface Model {
  readonly id: string;
  readonly abilities: readonly Ability[];
  /** Geographies of the inference profiles that lead to it; none for one that is called by its own id. */
  readonly profiles: readonly string[];
}

const everywhere = ['us', 'eu', 'jp', 'au', 'global'];
const novaProfiles = ['us', 'eu', 'jp', 'global'];

/** Ids and profiles as of November 2026; Amazon Bedrock user guide, "Supported foundation models". */
const catalogue: readonly Model[] = [
  { id: 'anthropic.claude-sonnet-4-6', abilities: ['chat', 'image'], profiles: everywhere },
  { id: 'anthropic.claude-sonnet-5-5', abilities: ['chat', 'image'], profiles: everywhere },
  { id: 'anthropic.claude-haiku-4-5-20251001-v1:0', abilities: ['chat', 'image'], profiles: everywhere },
  { id: 'amazon.nova-2-lite-v1:0', abilities: ['chat', 'image', 'video'], profiles: novaProfiles },
  { id: 'amazon.nova-2-omni-v1:0', abilities: ['chat', 'image', 'video'], profiles: novaProfiles },
  { id: 'amazon.nova-2-sonic-v1:0', abilities: ['speech'], profiles: [] },
  { id: 'amazon.nova-2-5-sonic', abilities: ['speech'], profiles: [] },
  { id: 'amazon.nova-2-multimodal-embeddings-v1:0', abilities: ['embedding'], profiles: [] },
];

const uses: Readonly<Record<Ability, string>> = {
  chat: 'conversations',
  image: 'the image content block',
  video: 'the video content block',
  speech: 'bidirectional streams',
  embedding: 'InvokeModel in the local stand-in',
};

/**
 * Checks that the stand-in has a model for the ability, and that the address reaches it as Bedrock would.
 * @throws AwsError `ValidationException`, in Bedrock's words
 */
export function expectModel(address: ModelAddress, ability: Ability): void {
  const model = catalogue.find((one) => one.id === address.model);
  if (!model || !isReached(model, address)) throw invalid('The provided model identifier is invalid.');
  const { id } = model;
  if (address.geography === undefined && model.profiles.length > 0) {
    throw invalid(
      `Invocation of model ID ${id} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
    );
  }
  if (!model.abilities.includes(ability)) {
    throw invalid(`The model ${id} doesn't support ${uses[ability]}. Use a model that does.`);
  }
}

/** Whether Bedrock has the model, or a profile of it, in the region of the call. */
function isReached({ id, profiles }: Model, { geography, source }: ModelAddress): boolean {
  if (geography === undefined) return modelRegions(id)?.includes(source) ?? true;
  if (!profiles.includes(geography)) return false;
  return geography === 'global' || callersOf(geography, id).includes(source);
}
