import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageTag } from '../stack.ts';

/**
 * Conditions for resources whose ids AWS generates, so that no ARN can contain a name. The provider's default tags give each of
 * them the tag `Stage`. Children of an API have its tags for these conditions: API Gateway guide, "API Gateway resources that
 * can be tagged".
 */
export function stageConditions({ stage }: Pick<Settings, 'stage'>) {
  const tagged = { [`aws:ResourceTag/${stageTag}`]: stage };
  const requested = { [`aws:RequestTag/${stageTag}`]: stage };
  return {
    /** The resource is the stage's. */
    ofStage: { StringEquals: tagged },
    /**
     * The resource is not another stage's. It may be deleted: Terraform must see that it is not found, and a resource that does
     * not exist has no tag.
     */
    ofNoOtherStage: { StringEqualsIfExists: tagged },
    /** The resource that the request creates is the stage's. */
    forStage: { StringEquals: requested },
    /** The resource is not another stage's, and does not become one's: a resource that is being created has no tag yet. */
    tagging: { StringEqualsIfExists: { ...tagged, ...requested } },
    /** The resource is not another stage's, and the request leaves the tag `Stage` as it is. */
    untagging: {
      StringEqualsIfExists: tagged,
      'ForAllValues:StringNotEquals': { 'aws:TagKeys': stageTag },
    },
  } as const satisfies Record<string, Statement['conditions']>;
}
