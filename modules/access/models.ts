import type { Statement } from './policy.ts';

/** Where a model is called from. */
export interface ModelHome {
  readonly region: string;
  readonly accountId: string;
}

/** A profile's id is a model's id behind the geography it routes within. */
const profilePattern = /^(?:us|eu|jp|au|apac|global)\.(?<model>.+)$/;

/** What Converse and InvokeModel are authorised by, with and without a response stream. */
export const converseActions = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'] as const;

/**
 * What a bidirectional stream is authorised by. The API reference of InvokeModelWithBidirectionalStream names
 * InvokeModel; the action of the operation's own name goes with it, as IAM knows both.
 */
export const speechActions = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithBidirectionalStream'] as const;

/**
 * Lets one model be called. Through an inference profile that takes two grants: the profile, and the model in whichever
 * region the profile picks, but only when called by way of it.
 * Source: Amazon Bedrock user guide, "Prerequisites for inference profiles".
 * @param id of a model or of an inference profile
 */
export function callModel(
  sid: string,
  id: string,
  actions: readonly string[],
  { region, accountId }: ModelHome,
): Statement[] {
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
