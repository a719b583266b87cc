/** The models the stand-in answers for. */

export type Ability = 'chat' | 'video' | 'speech' | 'embedding';
export type Geography = 'us' | 'eu' | 'jp' | 'au' | 'global';

export interface Model {
  readonly id: string;
  readonly abilities: readonly Ability[];
  /** Inference profiles that lead to it. */
  readonly profiles: readonly Geography[];
  /** Whether it can be called by its own id. */
  readonly onDemand: boolean;
}

const everywhere = ['us', 'eu', 'jp', 'au', 'global'] as const;
const novaProfiles = ['us', 'eu', 'jp', 'global'] as const;

/** Ids and profiles as of November 2026; Amazon Bedrock user guide, "Supported foundation models". */
export const catalogue: readonly Model[] = [
  { id: 'anthropic.claude-sonnet-4-6', abilities: ['chat'], profiles: everywhere, onDemand: false },
  { id: 'anthropic.claude-sonnet-5-5', abilities: ['chat'], profiles: everywhere, onDemand: false },
  {
    id: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    abilities: ['chat'],
    profiles: everywhere,
    onDemand: false,
  },
  { id: 'amazon.nova-2-lite-v1:0', abilities: ['chat', 'video'], profiles: novaProfiles, onDemand: false },
  { id: 'amazon.nova-2-omni-v1:0', abilities: ['chat', 'video'], profiles: novaProfiles, onDemand: false },
  { id: 'amazon.nova-2-sonic-v1:0', abilities: ['speech'], profiles: [], onDemand: true },
  { id: 'amazon.nova-2-5-sonic', abilities: ['speech'], profiles: [], onDemand: true },
  { id: 'amazon.nova-2-multimodal-embeddings-v1:0', abilities: ['embedding'], profiles: [], onDemand: true },
];

/** Regions a profile may send a request to. Amazon Bedrock user guide, "Supported Regions for inference profiles". */
export const regionsOf: Readonly<Record<Exclude<Geography, 'global'>, readonly string[]>> = {
  us: ['us-east-1', 'us-east-2', 'us-west-2'],
  eu: ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
  au: ['ap-southeast-2', 'ap-southeast-4'],
};
