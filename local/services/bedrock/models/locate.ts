import type { AwsLocation, Caller } from '../../../contracts.ts';

/** The model of a request's id, as IAM sees it. */
export interface ModelAddress {
  /** The model's own id, without a profile's geography. */
  readonly model: string;
  /** The geography of the profile it goes through: `us`, `global`. */
  readonly geography: string | undefined;
  readonly profileArn: string | undefined;
  /** The model wherever the profile may send the request. */
  readonly modelArns: readonly string[];
  /** Regions the profile sends to; undefined for a geography that is not known. */
  readonly regions: readonly string[] | undefined;
}

/** Regions a profile may send a request to. Amazon Bedrock user guide, "Supported Regions for inference profiles". */
const geographies: Readonly<Record<string, readonly string[]>> = {
  us: ['us-east-1', 'us-east-2', 'us-west-2'],
  eu: ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
  au: ['ap-southeast-2', 'ap-southeast-4'],
};

const arn = /^arn:aws:bedrock:[^:]*:[^:]*:(?:inference-profile|foundation-model)\/(.+)$/;
const profile = /^(us|eu|jp|au|apac|global)\.(.+)$/;

/** Where an id or ARN, of a model or of an inference profile, leads from a region. */
export function locate(modelId: string, location: AwsLocation): ModelAddress {
  const id = arn.exec(modelId)?.[1] ?? modelId;
  const [, geography, behind] = profile.exec(id) ?? [];
  const model = behind ?? id;
  const regions = regionsOf(geography, location.region);
  return {
    model,
    geography,
    profileArn:
      geography && `arn:aws:bedrock:${location.region}:${location.accountId}:inference-profile/${id}`,
    modelArns: (regions ?? [location.region]).map(
      (region) => `arn:aws:bedrock:${region}::foundation-model/${model}`,
    ),
    regions,
  };
}

/** Through the global profile the model has an ARN without region, beside that of the caller's region. */
function regionsOf(geography: string | undefined, home: string): readonly string[] | undefined {
  if (geography === undefined) return [home];
  return geography === 'global' ? [home, ''] : geographies[geography];
}

/**
 * Authorises a call of a model: the caller needs permission for the profile, and for the model in every region that the
 * profile reaches.
 * @throws AwsError `AccessDeniedException`
 */
export function authoriseModel(
  caller: Caller,
  action: string,
  { profileArn, modelArns }: ModelAddress,
): void {
  if (profileArn) caller.authorise(action, profileArn);
  const conditions = profileArn ? { 'bedrock:InferenceProfileArn': profileArn } : undefined;
  for (const resource of modelArns) caller.authorise(action, resource, conditions);
}
