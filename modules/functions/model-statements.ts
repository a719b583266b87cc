import type { Statement } from '../iam/policy.ts';

/** The region and account that a model is called from. */
export interface ModelHome {
  readonly region: string;
  readonly accountId: string;
}

/** An inference profile's id is a model's id with a prefix: the geography it routes within. */
const profilePattern = /^(?:us|eu|jp|au|apac|global)\.(?<model>.+)$/;

/** IAM actions of each operation. Source: Amazon Bedrock API reference, the operation's own page. */
const actionsOf = {
  InvokeModel: ['bedrock:InvokeModel'],
  Converse: ['bedrock:InvokeModel'],
  ConverseStream: ['bedrock:InvokeModelWithResponseStream'],
  // The reference names InvokeModel alone; IAM also has an action with the operation's own name.
  InvokeModelWithBidirectionalStream: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithBidirectionalStream'],
} as const;

/**
 * Allows one operation of one model. An inference profile needs two statements: one for the profile, and one for the model in
 * whichever region the profile picks, but only for calls through the profile.
 * Source: Amazon Bedrock user guide, "Prerequisites for inference profiles".
 * @param id id of a model or of an inference profile
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
