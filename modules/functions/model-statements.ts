import { destinationsOf, profileParts } from '@nova/shared/inference-profiles';
import { foundationModelArn, modelAddress } from '@nova/shared/models';
import type { Statement } from '../iam/policy.ts';

/** The region and account that a model is called from. */
export interface ModelHome {
  readonly region: string;
  readonly accountId: string;
}

/** IAM actions of each operation. Source: Amazon Bedrock API reference, the operation's own page. */
const actionsOf = {
  InvokeModel: ['bedrock:InvokeModel'],
  Converse: ['bedrock:InvokeModel'],
  ConverseStream: ['bedrock:InvokeModelWithResponseStream'],
  // The reference names InvokeModel alone; IAM also has an action with the operation's own name.
  InvokeModelWithBidirectionalStream: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithBidirectionalStream'],
} as const;

/**
 * Allows one operation of one model. An inference profile needs two statements: one for the profile, and one for the model in each
 * region that the profile sends calls to, for calls through the profile only.
 * Source: Amazon Bedrock user guide, "Prerequisites for inference profiles".
 * @param id id of a model or of an inference profile, or the ARN of a model in another region
 */
export function callModel(
  sid: string,
  id: string,
  operation: keyof typeof actionsOf,
  home: ModelHome,
): Statement[] {
  const actions = actionsOf[operation];
  const profile = profileParts(id);
  if (!profile) {
    const { id: model, region = home.region } = modelAddress(id);
    return [{ sid, actions, resources: [foundationModelArn(region, model)] }];
  }
  const arn = `arn:aws:bedrock:${home.region}:${home.accountId}:inference-profile/${id}`;
  return [
    { sid, actions, resources: [arn] },
    {
      sid: `${sid}ByProfile`,
      actions,
      resources: destinationsFrom(home.region, id, profile.geography).map((region) =>
        foundationModelArn(region, profile.model),
      ),
      conditions: { StringEquals: { 'bedrock:InferenceProfileArn': arn } },
    },
  ];
}

function destinationsFrom(region: string, id: string, geography: string): readonly string[] {
  const destinations = destinationsOf(geography, region);
  if (destinations) return destinations;
  throw new Error(`${id}: add the destination regions of ${geography} to shared/inference-profiles.ts`);
}
