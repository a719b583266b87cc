import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias/index.js';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { ownKeyAliasOf } from '@nova/shared/naming';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** Days in which a deletion can be cancelled: the longest that KMS allows. */
const deletionDays = 30;

/**
 * The own key of the table of streams' keys. KMS's default policy leaves its use to IAM, so the roles of functions say who
 * uses it. Source: AWS KMS guide, "Default key policy".
 */
export function ownKey(scope: Construct, { prefix }: Settings): KmsKey {
  const key = new KmsKey(scope, 'own-key', {
    description: `${prefix}-stream-keys`,
    enableKeyRotation: true,
    deletionWindowInDays: deletionDays,
  });
  new KmsAlias(scope, 'own-key-alias', { name: ownKeyAliasOf(prefix), targetKeyId: key.keyId });
  return key;
}
