import { ownKeyAliasOf } from '@nova/shared/naming';
import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageConditions } from './stage-conditions.ts';

/** Statements about the stage's own KMS key; none where its settings ask for none. */
interface OwnKeyStatements {
  readonly look: readonly Statement[];
  readonly change: readonly Statement[];
  readonly boundary: readonly Statement[];
}

const none: OwnKeyStatements = { look: [], change: [], boundary: [] };

/**
 * AWS generates the id of a key, so its ARN cannot contain a name: a condition on the tag `Stage` takes its place. Through
 * DynamoDB, which encrypts the table, every caller needs the key. Source: DynamoDB guide, "Encryption at rest".
 */
export function ownKeyStatements(settings: Settings, accountId: string): OwnKeyStatements {
  const { ownKey, prefix, region } = settings;
  if (!ownKey) return none;
  const keys = [`arn:aws:kms:${region}:${accountId}:key/*`];
  const alias = `arn:aws:kms:${region}:${accountId}:${ownKeyAliasOf(prefix)}`;
  const { ofStage, forStage, tagging } = stageConditions(settings);
  const throughTables = { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` };
  return {
    look: [
      {
        sid: 'LookAtTheOwnKey',
        actions: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags'],
        resources: keys,
        conditions: ofStage,
      },
      // It takes no resource, and returns names only.
      { sid: 'FindTheOwnKey', actions: ['kms:ListAliases'], resources: ['*'] },
    ],
    change: [
      {
        sid: 'MakeTheOwnKey',
        actions: ['kms:CreateKey'],
        resources: ['*'],
        conditions: forStage,
      },
      { sid: 'TagTheOwnKey', actions: ['kms:TagResource'], resources: keys, conditions: tagging },
      {
        sid: 'ChangeTheOwnKey',
        actions: [
          'kms:EnableKeyRotation',
          'kms:UpdateKeyDescription',
          'kms:UntagResource',
          'kms:ScheduleKeyDeletion',
          'kms:CreateAlias',
          'kms:DeleteAlias',
        ],
        resources: keys,
        conditions: ofStage,
      },
      { sid: 'NameTheOwnKey', actions: ['kms:CreateAlias', 'kms:DeleteAlias'], resources: [alias] },
      {
        sid: 'EncryptTheTable',
        actions: ['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKey'],
        resources: keys,
        conditions: { StringEquals: { ...ofStage.StringEquals, ...throughTables } },
      },
    ],
    boundary: [
      {
        sid: 'OwnKey',
        actions: ['kms:Decrypt'],
        resources: keys,
        conditions: { StringEquals: { ...ofStage.StringEquals, ...throughTables } },
      },
    ],
  };
}
