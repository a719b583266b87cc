import type { Statement } from '../iam/policy.ts';

/** Where a model is called from. */
export interface ModelHome {
  readonly region: string;
  readonly accountId: string;
}

/** A profile's id is a model's id behind the geography it routes within. */
const profilePattern = /^(?:us|eu|jp|au|apac|global)\.(?<model>.+)$/;

/** What each operation is authorised by. Source: Amazon Bedrock API reference, the operation's own page. */
const actionsOf = {
  InvokeModel: ['bedrock:InvokeModel'],
  Converse: ['bedrock:InvokeModel'],
  ConverseStream: ['bedrock:InvokeModelWithResponseStream'],
  // The reference names InvokeModel alone; IAM knows an action of the operation's own name too, which costs nothing.
  InvokeModelWithBidirectionalStream: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithBidirectionalStream'],
} as const;

/**
 * Lets one model be called with one operation. Through an inference profile that takes two grants: the profile, and the model in whichever
 * region the profile picks, but only when called by way of it.
 * Source: Amazon Bedrock user guide, "Prerequisites for inference profiles".
 * @param id of a model or of an inference profile
 */
export function callModel(
  sid: string,
  id: string,
  operation: keyof typeof actionsOf,
  { region, accountId }: ModelHome,
): Statement[] {
  const actions = actionsOf[operation];
  const model = profilePattern.exec(id)?.groups?.model;
  if (!model) {
    return [{ sid, actions, resources: [`arn:aws:bedrock:${region}::foundation-model/${id}`] }];
  }
  const profile = `arn:aws:bedrock:${region}:${accountId}:inference-profile/${id}`;
  return [
    { sid, actions, resources: [profile] },
    {
      sid: `${sid}ByProfile`,
      actions,
      resources: [`arn:aws:bedrock:*::foundation-model/${model}`],
      conditions: { StringEquals: { 'bedrock:InferenceProfileArn': profile } },
    },
  ];
}
