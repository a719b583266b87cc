import { profileIn, profileRegions } from './inference-profiles.ts';
import { defaultModels, foundationModelArn, type ModelRole } from './models.ts';

/**
 * Regions with what the platform uses. Each list names its page; all were read on 2026-11-30 in stored copies of the pages, not on
 * AWS itself. Amazon Transcribe, AWS WAF and CodeDeploy are not listed: AWS has them in every region with Nova 2 Sonic. Transcribe's
 * page could not be read; the endpoint tests of the AWS SDK for .NET have it in eu-north-1.
 */

/** The region of a stage that names none. */
export const defaultRegion = 'us-east-1';

/** Amazon Bedrock user guide, "Regional availability by models". */
const modelsPage = 'https://docs.aws.amazon.com/bedrock/latest/userguide/models-region-compatibility.html';

/** Regions of Nova 2 Sonic, which has no inference profile. Source: {@link modelsPage} */
const speechRegions = ['us-east-1', 'us-west-2', 'eu-north-1', 'ap-northeast-1'] as const;

/** Regions of Nova multimodal embeddings; stages elsewhere call the first of these (ADR 23). Source: {@link modelsPage} */
const embeddingRegions = ['us-east-1'] as const;

/** What a stage needs in its own region. */
export interface Offer {
  readonly name: string;
  readonly regions: readonly string[];
  readonly page: string;
}

const { chat, speech, video, embedding } = defaultModels;

export const offers: readonly Offer[] = [
  { name: `Nova 2 Sonic (${speech})`, regions: speechRegions, page: modelsPage },
  {
    name: `an inference profile of Claude Sonnet 4.6 (${chat}) for its geography`,
    regions: profileRegions(chat),
    page: modelsPage,
  },
  {
    name: `an inference profile of Nova 2 Lite (${video}) for its geography`,
    regions: profileRegions(video),
    page: modelsPage,
  },
  {
    name: 'Amazon S3 Vectors',
    // The page of December 2025. AWS announced 17 more regions on 2026-03-31, whose names could not be read.
    regions: [
      ...['us-east-1', 'us-east-2', 'us-west-2', 'ca-central-1', 'eu-central-1', 'eu-north-1', 'eu-west-1'],
      ...['eu-west-2', 'eu-west-3', 'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1'],
      'ap-southeast-2',
    ],
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-regions-quotas.html',
  },
  {
    name: 'Amazon Bedrock Guardrails',
    regions: [
      ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1', 'eu-central-1'],
      ...['eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
      ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2', 'ap-southeast-1'],
      'ap-southeast-2',
    ],
    page: 'https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-supported.html',
  },
];

/** What the platform needs and a region does not have. */
export const missingIn = (region: string): Offer[] =>
  offers.filter(({ regions }) => !regions.includes(region));

/** Regions that a stage can be in. */
export const stageRegions: readonly string[] = speechRegions.filter(
  (region) => missingIn(region).length === 0,
);

/**
 * The default models as a stage in this region calls them: through the inference profile of its geography, by their own id, or by
 * their ARN in another region.
 */
export function modelsIn(region: string): Readonly<Record<ModelRole, string>> {
  const isHome = embeddingRegions.some((home) => home === region);
  return {
    chat: profileIn(region, chat) ?? chat,
    speech,
    video: profileIn(region, video) ?? video,
    embedding: isHome ? embedding : foundationModelArn(embeddingRegions[0], embedding),
  };
}

/** Regions of the models that have no inference profile; undefined for any other model. */
export const modelRegions = (model: string): readonly string[] | undefined =>
  new Map<string, readonly string[]>([
    [speech, speechRegions],
    [embedding, embeddingRegions],
  ]).get(model);
