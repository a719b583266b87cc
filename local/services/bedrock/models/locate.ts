import { destinationsOf, profileParts } from '@nova/shared/inference-profiles';
import { foundationModelArn } from '@nova/shared/models';
import type { AwsLocation, Caller } from '../../../contracts.ts';

/** The model of a request's id, as IAM sees it. */
export interface ModelAddress {
  /** The model's own id, without a profile's geography. */
  readonly model: string;
  /** The region of the call. */
  readonly source: string;
  /** The geography of the profile it goes through: `us`, `global`. */
  readonly geography: string | undefined;
  readonly profileArn: string | undefined;
  /** The model wherever the profile may send the request. */
  readonly modelArns: readonly string[];
  /** Regions the profile sends to; undefined for a geography that is not known. */
  readonly regions: readonly string[] | undefined;
}

const arn = /^arn:aws:bedrock:([^:]*):[^:]*:(?:inference-profile|foundation-model)\/(.+)$/;

/** Where an id or ARN, of a model or of an inference profile, leads from the region of a call. */
export function locate(modelId: string, { region: source, accountId }: AwsLocation): ModelAddress {
  const [, region = source, named = modelId] = arn.exec(modelId) ?? [];
  // Bedrock knows no ARN of another region.
  const id = region === source ? named : '';
  const { geography, model } = profileParts(id) ?? { geography: undefined, model: id };
  const regions = geography === undefined ? [source] : destinationsOf(geography, source);
  return {
    model,
    source,
    geography,
    profileArn: geography && `arn:aws:bedrock:${source}:${accountId}:inference-profile/${id}`,
    modelArns: (regions ?? [source]).map((one) => foundationModelArn(one, model)),
    regions,
  };
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
