import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';
import { stageConditions } from './stage-conditions.ts';

/** Read the API, its keys, its firewall and the guardrail: no ARN names them, so their tags limit this. */
export function planApiStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  const { ofStage, ofNoOtherStage } = stageConditions(settings);
  return [
    {
      sid: 'LookAtTheApi',
      actions: ['apigateway:GET'],
      resources: arns.apis,
      conditions: ofNoOtherStage,
    },
    // These reads return the values of keys, so a key without the tag is not read either. The lists of all keys and of all usage
    // plans are left out: a condition on tags cannot filter them, and Terraform does not read them.
    { sid: 'LookAtKeys', actions: ['apigateway:GET'], resources: arns.apiKeys, conditions: ofStage },
    ...(settings.ownsAccountLogging
      ? [{ sid: 'LookAtAccountLogging', actions: ['apigateway:GET'], resources: arns.apiAccount }]
      : []),
    {
      sid: 'LookAtGuardrails',
      actions: ['bedrock:GetGuardrail', 'bedrock:ListTagsForResource'],
      resources: arns.guardrails,
      conditions: ofNoOtherStage,
    },
    {
      sid: 'LookAtFirewalls',
      actions: ['wafv2:GetWebACL', 'wafv2:ListTagsForResource', 'wafv2:GetWebACLForResource'],
      resources: [...arns.firewalls, ...arns.apiStages],
    },
  ];
}
