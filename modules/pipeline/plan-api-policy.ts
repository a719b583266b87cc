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
    // Each read answers with the key itself, so also a key without the tag stays unread. The lists of all keys and usage plans
    // are not named: AWS does not filter them by tag, and Terraform does not read them.
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
